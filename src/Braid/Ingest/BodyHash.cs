using System.Security.Cryptography;
using Braid.Platform.Data;
using Braid.Platform.Secrets;

namespace Braid.Ingest;

/// <summary>
/// What stays of a removed body: enough to say later whether a given body was this one, but nothing to guess its content by, because the
/// key is the server's. Differs from workspace to workspace.
/// </summary>
internal sealed class BodyHash(MasterKey master)
{
    private readonly Lazy<byte[]> key = new(() => master.For("delivery bodies 1"));

    public string Of(Id<Workspace> workspace, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Value);
        hash.AppendData(workspace.Value.ToByteArray(bigEndian: true));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
