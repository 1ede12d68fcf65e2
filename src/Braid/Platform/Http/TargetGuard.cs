using System.Net;
using System.Net.Sockets;

namespace Braid.Platform.Http;

/// <summary>
/// Which addresses outgoing calls may reach: the public internet, not this machine, its network or its cloud's metadata. Judged on the
/// resolved address that is then dialled, so that a name which changes its mind (DNS rebinding) gains nothing.
/// </summary>
internal static class TargetGuard
{
    private static readonly IPNetwork[] Closed =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    // ::/96 holds the old v4-compatible form, "any" and loopback.
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork LocalNat64 = IPNetwork.Parse("64:ff9b:1::/48");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    // Services that can be made to misunderstand an HTTP request.
    private static readonly HashSet<int> ClosedPorts = [2375, 2379, 3306, 5432, 6379, 9200, 11211, 27017];

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return IsPublic(address.MapToIPv4());
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var bytes = address.GetAddressBytes();
            if (Compatible.Contains(address) || LocalNat64.Contains(address))
            {
                return false;
            }

            if (Nat64.Contains(address))
            {
                return IsPublic(new IPAddress(bytes.AsSpan(12, 4)));
            }

            if (SixToFour.Contains(address))
            {
                return IsPublic(new IPAddress(bytes.AsSpan(2, 4)));
            }
        }

        return !Array.Exists(Closed, network => network.BaseAddress.AddressFamily == address.AddressFamily && network.Contains(address));
    }

    public static bool IsOpen(int port) => port is 80 or 443 || (port >= 1024 && !ClosedPorts.Contains(port));
}

/// <summary>The call was not made: its target is inside. Nothing reached the other side.</summary>
internal sealed class BlockedTargetException(string host)
    : HttpRequestException(HttpRequestError.ConnectionError, $"{host} is not a public web address, so Braid does not call it (Braid:Security:AllowPrivateTargets).");
