using System.Diagnostics;
using EdgeSync.Primitives.Http;

namespace EdgeSync.Oci.Tests.Registries;

/// <summary>
/// What curl does with the same environment. Ranges of IPv6, brackets and ports are left out: curl 7.88 does not read them, and Go does.
/// </summary>
public sealed class ProxyPeerTests
{
    [PeerTheory]
    [InlineData("", "127.0.0.1:9")]
    [InlineData("127.0.0.0/8", "127.0.0.1:9")]
    [InlineData("128.0.0.0/8", "127.0.0.1:9")]
    [InlineData("127.0.0.0/33", "127.0.0.1:9")]
    [InlineData("127.0.0.1", "127.0.0.1:9")]
    [InlineData("10.0.0.0/8", "10.1.2.3:5000")]
    [InlineData("10.1.2.3/16", "10.1.9.9")]
    [InlineData("*", "registry.example.invalid")]
    [InlineData("example.invalid", "registry.example.invalid")]
    [InlineData("example.invalid", "example.invalid")]
    [InlineData(".example.invalid", "registry.example.invalid")]
    [InlineData(".example.invalid", "example.invalid")]
    [InlineData("example.invalid", "badexample.invalid")]
    [InlineData("EXAMPLE.invalid", "registry.Example.INVALID")]
    [InlineData("example.invalid.", "registry.example.invalid")]
    [InlineData("registry.example.invalid", "example.invalid")]
    [InlineData("::1", "[::1]:9")]
    [InlineData("fd00::1", "[fd00::1]:9")]
    [InlineData("::1", "127.0.0.1:9")]
    [InlineData("a.invalid, b.invalid", "b.invalid")]
    [InlineData("a.invalid b.invalid", "b.invalid")]
    [InlineData("a.invalid,,b.invalid", "b.invalid")]
    [InlineData("localhost", "127.0.0.1:9")]
    public async Task NoProxy_AsCurlReadsIt_IsReadAlike(string exceptions, string host)
    {
        await using var proxy = ScriptedServer.Start(_ => "HTTP/1.1 502 No\nContent-Length: 0\n\n");
        var address = $"http://{proxy.Address}";
        var start = new ProcessStartInfo("curl", ["-s", "-o", "/dev/null", "-m", "5", "--connect-timeout", "1", $"http://{host}/v2/"]);
        foreach (var (name, value) in new[] { ("http_proxy", address), ("no_proxy", exceptions), ("NO_PROXY", exceptions) })
        {
            start.Environment[name] = value;
        }

        using var curl = Process.Start(start)!;
        await curl.WaitForExitAsync();

        var isProxied = EnvironmentProxy.From(name => name == "http_proxy" ? address : name == "no_proxy" ? exceptions : null)!
            .GetProxy(new Uri($"http://{host}/v2/")) is not null;
        Assert.Equal(proxy.Requests.Count > 0, isProxied);
    }
}
