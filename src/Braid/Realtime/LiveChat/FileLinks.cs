using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Braid.Platform.Data;
using Braid.Platform.Files;
using Microsoft.AspNetCore.DataProtection;

namespace Braid.Realtime.LiveChat;

/// <summary>Addresses of files for visitors: the browser can't send a token with a picture, so the address carries its own right, for some hours.</summary>
internal sealed class FileLinks(IDataProtectionProvider protection, TimeProvider clock)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(6);
    private readonly IDataProtector box = protection.CreateProtector("Braid.Widget.File");

    public string Make(Id<Workspace> workspace, Id<StoredFile> file)
    {
        var clear = new byte[40];
        workspace.Value.TryWriteBytes(clear);
        file.Value.TryWriteBytes(clear.AsSpan(16));
        BinaryPrimitives.WriteInt64BigEndian(clear.AsSpan(32), (clock.GetUtcNow() + Life).ToUnixTimeSeconds());
        return $"/widget/files/{file}?t={Base64Url.EncodeToString(box.Protect(clear))}";
    }

    /// <summary>The workspace whose file it is; null when the right is made up, for another file, or over.</summary>
    public Id<Workspace>? Read(Id<StoredFile> file, string? right)
    {
        if (right is not { Length: > 0 and < 1000 } || !Base64Url.IsValid(right))
        {
            return null;
        }

        try
        {
            var clear = box.Unprotect(Base64Url.DecodeFromChars(right)).AsSpan();
            return clear.Length == 40 && new Guid(clear[16..32]) == file.Value && BinaryPrimitives.ReadInt64BigEndian(clear[32..]) > clock.GetUtcNow().ToUnixTimeSeconds()
                ? new Id<Workspace>(new Guid(clear[..16]))
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
