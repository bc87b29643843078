using EdgeSync.Primitives.Http;

namespace EdgeSync.Primitives.Tests.Http;

public sealed class EnvironmentProxyTests
{
    [Theory]
    [InlineData("127.0.0.0/8", "http://127.0.0.1:9")]
    [InlineData("10.0.0.0/8", "http://10.1.2.3:5000")]
    [InlineData("10.1.2.3/8", "http://10.9.9.9")]
    [InlineData("0.0.0.0/0", "http://10.1.2.3:5000")]
    [InlineData("10.1.2.3/32", "http://10.1.2.3")]
    [InlineData("*", "http://registry.example.invalid")]
    [InlineData("a.example, *", "http://registry.example.invalid")]
    [InlineData("example.invalid", "http://registry.example.invalid")]
    [InlineData("example.invalid", "http://example.invalid")]
    [InlineData(".example.invalid", "http://registry.example.invalid")]
    [InlineData(".example.invalid", "http://example.invalid")]
    [InlineData("*.example.invalid", "http://a.b.example.invalid")]
    [InlineData("EXAMPLE.Invalid.", "http://Registry.example.INVALID.")]
    [InlineData("::1", "http://[::1]:9")]
    [InlineData("[::1]", "http://[::1]:9")]
    [InlineData("[::1]:9", "http://[::1]:9")]
    [InlineData("0:0:0:0:0:0:0:1", "http://[::1]")]
    [InlineData("fd00::/8", "http://[fd12:3456::1]:6443")]
    [InlineData("[fd00::]/8", "http://[fd12:3456::1]:6443")]
    [InlineData("10.0.0.1", "http://[::ffff:10.0.0.1]")]
    [InlineData("10.1.2.3:5000", "http://10.1.2.3:5000")]
    [InlineData("registry.example:443", "https://registry.example")]
    [InlineData("registry.example:5000", "https://a.registry.example:5000")]
    [InlineData("localhost", "http://localhost:5000")]
    [InlineData(" a.example ,\t10.0.0.0/8 b.example,,", "http://b.example")]
    [InlineData(" a.example ,\t10.0.0.0/8 b.example,,", "http://10.0.0.1")]
    public void GetProxy_ForAnException_IsNone(string exceptions, string address)
    {
        var proxy = From(("no_proxy", exceptions))!;

        Assert.Null(proxy.GetProxy(new Uri(address)));
        Assert.True(proxy.IsBypassed(new Uri(address)));
    }

    [Theory]
    [InlineData("", "http://127.0.0.1:9")]
    [InlineData("128.0.0.0/8", "http://127.0.0.1:9")]
    [InlineData("10.0.0.0/33", "http://10.0.0.1")]
    [InlineData("10.0.0.0/x", "http://10.0.0.1")]
    [InlineData("/8", "http://10.0.0.1")]
    [InlineData("10.0.0.0/8", "http://ten.example")]
    [InlineData("0.0.1", "http://127.0.0.1")]
    [InlineData("example.invalid", "http://badexample.invalid")]
    [InlineData("registry.example.invalid", "http://example.invalid")]
    [InlineData("*example.invalid", "http://registry.example.invalid")]
    [InlineData("registry.example:5000", "http://registry.example")]
    [InlineData("10.1.2.3:5000", "http://10.1.2.3:5001")]
    [InlineData("::1", "http://127.0.0.1")]
    [InlineData("[::1", "http://[::1]")]
    [InlineData(".", "http://registry.example")]
    [InlineData("http://registry.example", "http://registry.example")]
    public void GetProxy_ForOthers_IsTheProxy(string exceptions, string address) =>
        Assert.Equal(new Uri("http://proxy.example:3128"), From(("no_proxy", exceptions))!.GetProxy(new Uri(address)));

    [Theory]
    [InlineData("http://lower.example:1", "http_proxy=http://lower.example:1 HTTP_PROXY=http://upper.example:1", "http://a.example")]
    [InlineData("http://upper.example:1", "HTTP_PROXY=http://upper.example:1", "http://a.example")]
    [InlineData("http://bare.example:3128", "http_proxy=bare.example:3128", "http://a.example")]
    [InlineData("http://all.example:1", "ALL_PROXY=http://all.example:1", "https://a.example")]
    [InlineData("http://s.example:1", "HTTPS_PROXY=http://s.example:1 http_proxy=http://p.example:1", "https://a.example")]
    [InlineData(null, "HTTPS_PROXY=http://s.example:1", "http://a.example")]
    [InlineData(null, "HTTP_PROXY=http://p.example:1 REQUEST_METHOD=GET HTTPS_PROXY=http://s.example:1", "http://a.example")]
    [InlineData("http://p.example:1", "http_proxy=http://p.example:1 REQUEST_METHOD=GET", "http://a.example")]
    [InlineData(null, "http_proxy=http://p.example:1 NO_PROXY=a.example", "http://a.example")]
    [InlineData("http://p.example:1", "http_proxy=http://p.example:1 NO_PROXY=a.example no_proxy=b.example", "http://a.example")]
    public void GetProxy_OfTheVariables_FollowsTheirOrder(string? expected, string variables, string address)
    {
        var values = variables.Split(' ').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

        var proxy = EnvironmentProxy.From(values.GetValueOrDefault)?.GetProxy(new Uri(address));

        Assert.Equal(expected is null ? null : new Uri(expected), proxy);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("gopher://proxy.example")]
    [InlineData("http://")]
    public void From_NoProxyThatCanBeUsed_IsNull(string text) =>
        Assert.Null(EnvironmentProxy.From(name => name == "http_proxy" ? text : null));

    [Theory]
    [InlineData("http://127.0.0.1:6443")]
    [InlineData("http://localhost:6443")]
    [InlineData("http://[::1]:6443")]
    public void GetProxy_Loopback_IsLeftToNoProxyUnlessItIsSkipped(string address)
    {
        Assert.NotNull(From()!.GetProxy(new Uri(address)));
        Assert.Null(EnvironmentProxy.From(name => name == "http_proxy" ? "http://p.example" : null, skipsLoopback: true)!.GetProxy(new Uri(address)));
    }

    [Fact]
    public void Credentials_InTheAddressOfTheProxy_AreForTheProxyOnly()
    {
        var proxy = EnvironmentProxy.From(name => name == "http_proxy" ? "http://us%40er:p%3Aw@proxy.example:3128" : null)!;

        var login = proxy.Credentials!.GetCredential(proxy.GetProxy(new Uri("http://a.example"))!, "Basic");

        Assert.Equal(("us@er", "p:w"), (login?.UserName, login?.Password));
        Assert.Null(proxy.Credentials.GetCredential(new Uri("http://a.example"), "Basic"));
    }

    private static EnvironmentProxy? From(params (string Name, string Value)[] variables) => EnvironmentProxy.From(name =>
        name == "http_proxy" || name == "https_proxy" ? "http://proxy.example:3128" : variables.FirstOrDefault(variable => variable.Name == name).Value);
}
