using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Mqtt.Connections;

/// <summary>The certificates of one connect, read from their files.</summary>
internal sealed class TlsFiles : IDisposable
{
    private readonly X509Certificate2? _certificate;
    private readonly X509Certificate2Collection _intermediates;

    private TlsFiles(X509Certificate2Collection? authorities, X509Certificate2? certificate, X509Certificate2Collection intermediates)
    {
        Authorities = authorities;
        _certificate = certificate;
        _intermediates = intermediates;
        ClientCertificate = certificate is null ? null : SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    /// <summary>The only authorities that count, or null for the machine's.</summary>
    public X509Certificate2Collection? Authorities { get; }

    public SslStreamCertificateContext? ClientCertificate { get; }

    public static TlsFiles Read(MqttTlsOptions options)
    {
        var path = options.CaFile;
        try
        {
            var authorities = path is null ? null : ReadAuthorities(path);
            if (options.CertificateFile is null)
            {
                return new TlsFiles(authorities, null, []);
            }

            path = options.CertificateFile;
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(path);
            var certificate = X509Certificate2.CreateFromPemFile(path, options.KeyFile);
            return new TlsFiles(authorities, certificate, [.. chain.Skip(1)]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new MqttException(MqttReasons.TlsFilesUnusable, $"cannot use the certificate or key in '{path}': {failure.Message}", failure)
            {
                Subject = path,
                Disposition = Disposition.Stalled,
                ExitCode = ExitCodes.BadConfiguration,
                Hint = "Put a PEM file there that this user may read; it is read again at the next try.",
            };
        }
    }

    private static X509Certificate2Collection ReadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it holds no certificate");
    }

    public void Dispose()
    {
        _certificate?.Dispose();
        foreach (var certificate in _intermediates.Concat(Authorities ?? []))
        {
            certificate.Dispose();
        }
    }
}
