using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Oci.Content;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Primitives.Http;
using EdgeSync.Primitives.Tls;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Oci.Registries;

/// <summary>
/// The HTTP connections to a registry and to hosts that it names. Only the registry itself is judged by its own authorities and sees the client
/// certificate. The certificate files are read again when they change.
/// </summary>
internal sealed partial class RegistryConnections : IDisposable
{
    private const int MaxHeaderKilobytes = 64;
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly RegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly List<HttpClient> _retired = [];
    private Clients _clients;

    /// <summary>Throws <see cref="RegistryException"/> with <see cref="RegistryReasons.CredentialsInvalid"/> for files that cannot be read.</summary>
    public RegistryConnections(RegistryOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _clients = Create();
    }

    /// <summary>The connections for an address that a request leads to: the registry's own, or those of other hosts.</summary>
    public HttpClient For(Uri uri)
    {
        Refresh();
        return RedirectRules.IsSameOrigin(uri, _options.BaseAddress) ? _clients.Own : _clients.Other;
    }

    /// <summary>
    /// The connections for a token server. The registry names it over a connection that its own authorities vouch for, and one authority for both is
    /// usual in private networks: so those count here too, after the system's.
    /// </summary>
    public HttpClient ForTokensOf(Uri realm)
    {
        Refresh();
        return RedirectRules.IsSameOrigin(realm, _options.BaseAddress) ? _clients.Own : _clients.Tokens;
    }

    /// <summary>Reads the certificate files again where they changed. True where they did.</summary>
    public bool Refresh()
    {
        lock (_lock)
        {
            var files = IdentityOfFiles();
            if (files.SequenceEqual(_clients.Files))
            {
                return false;
            }

            try
            {
                var next = Create();

                // Requests that are under way keep their connections to the end.
                _retired.AddRange(_clients.All);
                _clients = next;
                return true;
            }
            catch (RegistryException failure)
            {
                // Somebody is writing them, or made a mistake: the last good ones count until they can be read.
                LogUnusable(failure.Message);
                _clients = _clients with { Files = files };
                return false;
            }
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients.All.Concat(_retired))
        {
            client.Dispose();
        }
    }

    private Clients Create()
    {
        var files = IdentityOfFiles();
        var own = _options.CertificateAuthorityFile is { } file ? LoadAuthorities(file) : TrustAnchors.Machine;
        var certificate = _options.ClientCertificateFile is { } path ? LoadClientCertificate(path, _options.ClientKeyFile) : null;
        return new Clients(
            CreateClient(tls =>
            {
                Trust(tls, own);
                tls.ClientCertificateContext = certificate;
            }),
            CreateClient(tls => Trust(tls, TrustAnchors.Machine)),
            CreateClient(tls => Trust(tls, TrustAnchors.Machine, own)),
            files);
    }

    private void Trust(SslClientAuthenticationOptions tls, TrustAnchors first, TrustAnchors? second = null)
    {
        tls.CertificateChainPolicy = first.CreatePolicy();
        tls.RemoteCertificateValidationCallback = (_, presented, chain, errors) =>
        {
            try
            {
                return Verify(first, presented, chain, errors);
            }
            catch (ServerCertificateException) when (second is not null && second != first)
            {
                return Verify(second, presented, chain, errors);
            }
        };
    }

    private bool Verify(TrustAnchors anchors, X509Certificate? presented, X509Chain? chain, SslPolicyErrors errors) => anchors.Verify(
        presented as X509Certificate2,
        chain?.ChainPolicy.ExtraStore ?? [],
        hasName: !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch),
        _time.GetUtcNow(),
        acceptsNotYetValid: IsClockDoubtful());

    // What is known is that it is now this time or later: so a certificate may have run out, but none is too young. Otherwise a machine that boots in
    // 1970 would reach nothing.
    private bool IsClockDoubtful() => (_time.GetUtcNow() - TimeProvider.System.GetUtcNow()).Duration() > ClockTolerance;

    private HttpClient CreateClient(Action<SslClientAuthenticationOptions> setTls)
    {
        var proxy = EnvironmentProxy.FromEnvironment();
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = proxy is not null,
            Proxy = proxy,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = _options.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // so that a changed DNS entry is seen
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        };
        setTls(handler.SslOptions);
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("edgesync");

        // Without it any encoding is right (RFC 9110, 12.5.3), and digests are of what was pushed.
        client.DefaultRequestHeaders.AcceptEncoding.ParseAdd("identity");
        return client;
    }

    private FileIdentity?[] IdentityOfFiles() =>
        [.. new[] { _options.CertificateAuthorityFile, _options.ClientCertificateFile, _options.ClientKeyFile }.OfType<string>().Select(FileIdentity.TryOf)];

    private static TrustAnchors LoadAuthorities(string file)
    {
        try
        {
            return TrustAnchors.Load(file);
        }
        catch (FormatException failure)
        {
            throw Unusable("certificate authority", file, failure.Message, failure);
        }
        catch (StorageException failure)
        {
            throw Unusable("certificate authority", file, FileFaults.Describe(file, failure.InnerException ?? failure), failure);
        }
    }

    private static SslStreamCertificateContext LoadClientCertificate(string certificateFile, string? keyFile)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile ?? certificateFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            return SslStreamCertificateContext.Create(certificate, chain, offline: true);
        }
        catch (CryptographicException failure)
        {
            throw Unusable("client certificate", certificateFile, "it and its key are not a pair in PEM", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var file = FileFaults.FindMissing(certificateFile) is null ? keyFile ?? certificateFile : certificateFile;
            throw Unusable(file == certificateFile ? "client certificate" : "client key", file, FileFaults.Describe(file, failure), failure);
        }
    }

    private static RegistryException Unusable(string what, string file, string why, Exception cause) =>
        new(RegistryReasons.CredentialsInvalid, $"the {what} '{file}' cannot be used: {why}", cause)
        {
            Subject = file,
            Disposition = Disposition.Stalled,
            ExitCode = ExitCodes.BadConfiguration,
        };

    [LoggerMessage(OciEventIds.CertificateFilesUnusable, LogLevel.Warning, "{Message}; the certificates from before are used on")]
    private partial void LogUnusable(string message);

    private sealed record Clients(HttpClient Own, HttpClient Other, HttpClient Tokens, FileIdentity?[] Files)
    {
        public IEnumerable<HttpClient> All => [Own, Other, Tokens];
    }
}
