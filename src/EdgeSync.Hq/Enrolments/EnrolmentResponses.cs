using System.Security.Cryptography.X509Certificates;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Hq.Configuration;

namespace EdgeSync.Hq.Enrolments;

/// <summary>Creates the answer to an enrolment or a renewal: the new certificate, and how the site reaches the broker.</summary>
internal sealed class EnrolmentResponses(HqOptions options, HqIdentity identity, CertificateAuthority authority)
{
    private readonly Uri _brokerUrl = options.Enrolment.BrokerUrl ?? options.Broker.Url;
    private readonly string _brokerAuthority = File.ReadAllText(options.Enrolment.BrokerAuthorityFile ?? identity.BrokerAuthorityFile);

    /// <summary>How long a site's client certificate is valid.</summary>
    public TimeSpan CertificateLifetime { get; } = TimeSpan.FromDays(options.Enrolment.CertificateDays);

    public EnrolmentResponse Create(X509Certificate2 certificate) =>
        new(certificate.ExportCertificatePem() + "\n", authority.Pem, _brokerUrl.OriginalString, _brokerAuthority);
}
