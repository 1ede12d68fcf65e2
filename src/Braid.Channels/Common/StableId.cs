using System.Security.Cryptography;
using System.Text;

namespace Braid.Channels.Common;

/// <summary>A UUID for each call of a message, the same at every attempt: for providers that drop a repeated id.</summary>
internal static class StableId
{
    public static string Of(string idempotencyKey, int index) => index == 0 && Guid.TryParse(idempotencyKey, out var own)
        ? own.ToString("D")
        : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{idempotencyKey}/{index}")).AsSpan(0, 16), bigEndian: true).ToString("D");
}
