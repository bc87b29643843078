using System.Security.Cryptography.X509Certificates;
using EdgeSync.Contracts.Enrolment;

namespace EdgeSync.Hq.Enrolments;

/// <summary>What a site is told when it enrols or renews.</summary>
/// <param name="BrokerUrl">Where to connect.</param>
/// <param name="BrokerAuthority">The authority of the broker's certificate, PEM.</param>
/// <param name="CertificateLifetime">How long its client certificate is valid.</param>
internal sealed record SiteDirections(Uri BrokerUrl, string BrokerAuthority, TimeSpan CertificateLifetime)
{
    /// <summary>The answer that brings a site its certificate.</summary>
    public EnrolmentResponse Answer(X509Certificate2 certificate, CertificateAuthority authority) =>
        new(certificate.ExportCertificatePem() + "\n", authority.Pem, BrokerUrl.OriginalString, BrokerAuthority);
}
