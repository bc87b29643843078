using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Oci.Registries;

/// <summary>Builds TLS settings from PEM files. No certificate is ever downloaded to complete a chain.</summary>
internal static class TlsFiles
{
    public static SslClientAuthenticationOptions Load(RegistryOptions options, bool withClientCertificate, TimeProvider time)
    {
        var tls = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = new CertificateTime(time).Accept };
        if (options.CertificateAuthorityFile is { } authorityFile)
        {
            tls.CertificateChainPolicy = LoadAuthorities(authorityFile);
        }

        if (withClientCertificate && options.ClientCertificateFile is { } certificateFile)
        {
            tls.ClientCertificateContext = LoadClientCertificate(certificateFile, options.ClientKeyFile);
        }

        return tls;
    }

    private static X509ChainPolicy LoadAuthorities(string file)
    {
        try
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            policy.CustomTrustStore.ImportFromPemFile(file);
            return policy.CustomTrustStore.Count > 0 ? policy : throw new CryptographicException("it holds no certificate");
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Unusable("certificate authority", file, failure);
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
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Unusable("client certificate", certificateFile, failure);
        }
    }

    private static RegistryException Unusable(string what, string file, Exception cause) =>
        new(RegistryReasons.CredentialsInvalid, $"the {what} '{file}' cannot be used: {cause.Message}", cause)
        {
            Subject = file,
            Disposition = Disposition.Stalled,
            ExitCode = ExitCodes.BadConfiguration,
        };
}
