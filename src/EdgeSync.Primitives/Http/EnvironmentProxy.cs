using System.Net;

namespace EdgeSync.Primitives.Http;

/// <summary>
/// The proxy that the environment names, for every HTTP client of EdgeSync: <c>http_proxy</c>, <c>https_proxy</c> and <c>all_proxy</c>, except for the
/// hosts in <c>no_proxy</c> (<see cref="ProxyExceptions"/>). Lower case comes before upper case, as in curl.
/// </summary>
public sealed class EnvironmentProxy : IWebProxy
{
    private readonly Uri? _forHttp;
    private readonly Uri? _forHttps;
    private readonly ProxyExceptions _exceptions;
    private readonly bool _skipsLoopback;

    private EnvironmentProxy(Uri? forHttp, Uri? forHttps, ProxyExceptions exceptions, bool skipsLoopback)
    {
        _forHttp = forHttp;
        _forHttps = forHttps;
        _exceptions = exceptions;
        _skipsLoopback = skipsLoopback;
        if (Login(forHttp) is not null || Login(forHttps) is not null)
        {
            Credentials = new UserInfoCredentials(this);
        }
    }

    /// <summary>The login of the proxy, from its address; or null.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>
    /// The proxy of this process's environment; null where it names none. With <paramref name="skipsLoopback"/>, this machine is never asked
    /// through a proxy (as in Go, and so in kubectl); without it, only no_proxy says so (as in curl).
    /// </summary>
    public static EnvironmentProxy? FromEnvironment(bool skipsLoopback = false) => From(Environment.GetEnvironmentVariable, skipsLoopback);

    /// <summary>The proxy of these variables; null where they name none.</summary>
    public static EnvironmentProxy? From(Func<string, string?> variable, bool skipsLoopback = false)
    {
        ArgumentNullException.ThrowIfNull(variable);

        // A web server hands the header "Proxy" of a request to a CGI program as HTTP_PROXY (httpoxy, CVE-2016-5386).
        var isCgi = Value(variable, "REQUEST_METHOD") is not null || Value(variable, "GATEWAY_INTERFACE") is not null;
        var all = Address(variable, "all_proxy", "ALL_PROXY");
        var forHttp = Address(variable, isCgi ? ["http_proxy"] : ["http_proxy", "HTTP_PROXY"]) ?? all;
        var forHttps = Address(variable, "https_proxy", "HTTPS_PROXY") ?? all;
        return forHttp is null && forHttps is null
            ? null
            : new EnvironmentProxy(
                forHttp, forHttps, ProxyExceptions.Parse(Value(variable, "no_proxy") ?? Value(variable, "NO_PROXY")), skipsLoopback);
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return IsBypassed(destination) ? null : destination.Scheme == Uri.UriSchemeHttps ? _forHttps : _forHttp;
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return (_skipsLoopback && host.IsLoopback) || _exceptions.Match(host);
    }

    private static Uri? Address(Func<string, string?> variable, params string[] names)
    {
        var text = names.Select(name => Value(variable, name)).FirstOrDefault(value => value is not null);
        if (text is null)
        {
            return null;
        }

        // curl and Go: an address without a scheme is that of an HTTP proxy.
        return Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var address)
            && address.Host.Length > 0
            && address.Scheme is "http" or "https" or "socks4" or "socks4a" or "socks5"
                ? address
                : null;
    }

    private static string? Value(Func<string, string?> variable, string name) =>
        variable(name)?.Trim() is { Length: > 0 } text ? text : null;

    private static NetworkCredential? Login(Uri? proxy)
    {
        if (proxy is not { UserInfo.Length: > 0 })
        {
            return null;
        }

        var parts = proxy.UserInfo.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }

    private sealed class UserInfoCredentials(EnvironmentProxy proxy) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) =>
            uri == proxy._forHttps ? Login(proxy._forHttps) : uri == proxy._forHttp ? Login(proxy._forHttp) : null;
    }
}
