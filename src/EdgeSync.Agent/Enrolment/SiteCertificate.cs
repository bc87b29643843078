using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Agent.Failures;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Enrolment;

/// <summary>HQ's answer after it was checked: the certificate is for our key, and the authority in the answer issued it.</summary>
internal sealed class SiteCertificate
{
    private SiteCertificate(EnrolmentResponse response, Uri broker)
    {
        Certificate = response.Certificate;
        Authority = response.CertificateAuthority;
        BrokerAuthority = response.BrokerCertificateAuthority;
        Broker = broker.GetLeftPart(UriPartial.Authority);
    }

    /// <summary>PEM, like the others.</summary>
    public string Certificate { get; }

    public string Authority { get; }

    public string BrokerAuthority { get; }

    /// <summary>Only scheme, host and port, because it is written into a configuration file.</summary>
    public string Broker { get; }

    /// <summary>Throws <see cref="AgentException"/> for an answer that would fail later, when nobody is at the site.</summary>
    public static SiteCertificate Check(EnrolmentResponse response, ECDsa clientKey)
    {
        using var certificate = Parse(response.Certificate) ?? throw Refuse("the certificate is not PEM");
        if (!IsFor(certificate, clientKey))
        {
            throw Refuse("the certificate is for another key");
        }

        var authorities = ParseAll(response.CertificateAuthority, "the authority");
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;

        // The site's clock may be wrong; the broker checks the time.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        if (!chain.Build(certificate))
        {
            throw Refuse($"the certificate was not issued by the authority in the same answer ({string.Join(", ", chain.ChainStatus.Select(status => status.Status))})");
        }

        ParseAll(response.BrokerCertificateAuthority, "the broker's authority");
        if (!Uri.TryCreate(response.BrokerUrl, UriKind.Absolute, out var broker)
            || broker.Scheme is not ("mqtts" or "mqtt")
            || broker.UserInfo.Length > 0
            || broker.Scheme == "mqtt" && !broker.IsLoopback)
        {
            throw Refuse("the broker's URL is not mqtts://HOST:PORT");
        }

        return new SiteCertificate(response, broker);
    }

    /// <summary>A PKCS#10 request, PEM, that proves that the site has the key.</summary>
    public static string CreateRequest(string fleet, string site, ECDsa key)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName($"{fleet}/{site}");
        return new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
    }

    public static bool IsFor(X509Certificate2 certificate, ECDsa key) =>
        certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());

    /// <summary>The first certificate of a PEM text, or null.</summary>
    public static X509Certificate2? Parse(string pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static X509Certificate2Collection ParseAll(string pem, string what)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            certificates.Clear();
        }

        return certificates.Count > 0 ? certificates : throw Refuse($"{what} is no certificate in PEM");
    }

    private static AgentException Refuse(string why) => new("EnrolmentAnswerInvalid", $"HQ's answer is not usable: {why}")
    {
        ExitCode = ExitCodes.NotTrusted,
        Hint = "Nothing was kept. See HQ's log; the token may be used up.",
    };
}
