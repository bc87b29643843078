using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Tls;

namespace EdgeSync.Mqtt.Connections;

/// <summary>TLS for one connection: its certificates are read from their files, so a file that has changed needs no restart.</summary>
internal sealed class BrokerTls : IDisposable
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    private readonly TrustAnchors _anchors;
    private readonly X509Certificate2? _certificate;
    private readonly X509Certificate2Collection _intermediates = [];

    private BrokerTls(MqttTlsOptions options, ref string? path)
    {
        path = options.CaFile;
        _anchors = path is null ? TrustAnchors.Machine : TrustAnchors.Load(path);
        if (options.CertificateFile is not null)
        {
            path = options.CertificateFile;
            _intermediates.ImportFromPemFile(path);
            path = options.KeyFile ?? path;
            _certificate = X509Certificate2.CreateFromPemFile(options.CertificateFile, options.KeyFile);
        }
    }

    public static BrokerTls Read(MqttTlsOptions options)
    {
        string? path = null;
        try
        {
            return new BrokerTls(options, ref path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or FormatException or EdgeSyncException)
        {
            throw MqttFailures.FilesUnusable(path!, failure);
        }
    }

    public async Task<SslStream> SecureAsync(Stream stream, MqttSessionOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var secure = new SslStream(stream, leaveInnerStreamOpen: false, (_, certificate, chain, errors) => Accept(certificate as X509Certificate2, chain, errors, time.GetUtcNow()));
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = options.Tls?.ServerName ?? options.Host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateChainPolicy = _anchors.CreatePolicy(),
                    ClientCertificateContext = _certificate is null ? null : SslStreamCertificateContext.Create(_certificate, _intermediates, offline: true),
                },
                cancellationToken);
            return secure;
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or ServerCertificateException)
        {
            await secure.DisposeAsync();
            throw MqttFailures.TlsRejected(failure, options);
        }
    }

    public void Dispose()
    {
        _certificate?.Dispose();
        _intermediates.ToList().ForEach(certificate => certificate.Dispose());
    }

    // The given clock goes by what is proven: where the machine's is far behind, it may be later than both say, and no certificate is too young.
    private bool Accept(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, DateTimeOffset now) => _anchors.Verify(
        certificate,
        chain?.ChainPolicy.ExtraStore ?? [],
        !errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch),
        now,
        acceptsNotYetValid: TimeProvider.System.GetUtcNow() < now - ClockTolerance);
}
