using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Braid.Platform.Secrets;

/// <summary>
/// Wraps the key ring that lies in the database, so that a copy of the database alone opens nothing. From the setting, else from
/// `master.key` in the data path, made at first start and readable by its owner only.
/// </summary>
internal sealed class MasterKey(IOptions<BraidOptions> options)
{
    private readonly Lazy<byte[]> key = new(() => Derive(Text(options.Value)));

    public byte[] Bytes => key.Value;

    /// <summary>A key of its own for another purpose, from which this one can't be found.</summary>
    public byte[] For(string purpose) => HKDF.Expand(HashAlgorithmName.SHA256, Bytes, 32, Encoding.ASCII.GetBytes("braid " + purpose));

    private static string Text(BraidOptions options)
    {
        if (options.Security.MasterKey is { Length: > 0 } configured)
        {
            return configured.Length >= 16
                ? configured
                : throw new InvalidOperationException("Braid:Security:MasterKey is too short: use at least 16 characters, better 32 random bytes in base64.");
        }

        var file = Path.Combine(Path.GetFullPath(options.DataPath), "master.key");
        if (!File.Exists(file))
        {
            Make(file);
        }

        return File.ReadAllText(file).Trim();
    }

    private static void Make(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Written aside and moved, so that a process that starts beside this one never reads half a key; the first to move wins.
        var aside = file + "." + Guid.NewGuid().ToString("n");
        using (var writer = new StreamWriter(aside, how))
        {
            writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        }

        try { File.Move(aside, file, overwrite: false); }
        catch (IOException) when (File.Exists(file)) { File.Delete(aside); }
    }

    private static byte[] Derive(string text) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(text), 32, info: Encoding.ASCII.GetBytes("braid key ring 1"));
}
