using System.Net;
using System.Net.Sockets;
using Braid.Platform;
using Braid.Platform.Http;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace Braid.Tests.Platform.Http;

public class TargetGuardTests
{
    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("1.1.1.1", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.32.0.1", true)]
    [InlineData("100.63.255.255", true)]
    [InlineData("2606:4700:4700::1111", true)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::808:808", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.255.255.254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.100.100.200", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("192.0.0.192", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("198.19.255.255", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("203.0.113.9", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::127.0.0.1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:169.254.169.254", false)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("64:ff9b::a9fe:a9fe", false)]
    [InlineData("64:ff9b:1::1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:0:53aa:64c::1", false)]
    [InlineData("fd00:ec2::254", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("2001:db8::1", false)]
    public void Only_public_addresses_are_dialled(string address, bool open) => TargetGuard.IsPublic(IPAddress.Parse(address)).ShouldBe(open);

    [Theory]
    [InlineData(22, false)]
    [InlineData(25, false)]
    [InlineData(6379, false)]
    [InlineData(80, true)]
    [InlineData(443, true)]
    [InlineData(8443, true)]
    public void Only_web_ports_are_dialled(int port, bool open) => TargetGuard.IsOpen(port).ShouldBe(open);

    [Fact]
    public async Task However_it_is_spelled_nothing_inside_is_reached()
    {
        using var trap = new TcpListener(IPAddress.IPv6Any, 0);
        trap.Server.DualMode = true;
        trap.Start();
        var port = ((IPEndPoint)trap.LocalEndpoint).Port;
        using var http = new ProviderHttp(Options.Create(new BraidOptions()), new HostingEnvironment { EnvironmentName = "Production" });
        string[] hosts =
        [
            "127.0.0.1", "localhost", "localhost.", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::]", "user@127.0.0.1", "①②⑦.⓪.⓪.①",
            "127。0。0。1",
        ];
        foreach (var host in hosts)
        {
            await Should.ThrowAsync<HttpRequestException>(() => http.Client.GetAsync($"http://{host}:{port}/"), host);
        }

        foreach (var url in new[] { "file:///etc/passwd", $"gopher://127.0.0.1:{port}/", $"ftp://127.0.0.1:{port}/" })
        {
            await Should.ThrowAsync<NotSupportedException>(() => http.Client.GetAsync(url), url);
        }

        trap.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task Redirects_keep_secrets_at_home_and_end()
    {
        await using var site = await Site.StartAsync();
        using var http = new ProviderHttp(Options.Create(new BraidOptions { Security = { AllowPrivateTargets = true } }), new HostingEnvironment { EnvironmentName = "Production" });
        using var same = new HttpRequestMessage(HttpMethod.Get, site.Url("localhost", "/same"));
        same.Headers.Add("X-Token", "secret");
        (await (await http.Client.SendAsync(same)).Content.ReadAsStringAsync()).ShouldBe("token=secret");
        using var away = new HttpRequestMessage(HttpMethod.Get, site.Url("localhost", "/away"));
        away.Headers.Add("X-Token", "secret");
        (await (await http.Client.SendAsync(away)).Content.ReadAsStringAsync()).ShouldBe("token=");
        await Should.ThrowAsync<HttpRequestException>(() => http.Client.GetAsync(site.Url("localhost", "/loop")));
        await Should.ThrowAsync<BlockedTargetException>(() => http.Client.GetAsync(site.Url("localhost", "/file")));
        (await http.Client.PostAsync(site.Url("localhost", "/same"), null)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        using var endless = await http.Client.GetAsync(site.Url("localhost", "/endless"), HttpCompletionOption.ResponseHeadersRead);
        await Should.ThrowAsync<HttpRequestException>(() => endless.Content.ReadAtMostAsync(100_000, default));
    }
}
