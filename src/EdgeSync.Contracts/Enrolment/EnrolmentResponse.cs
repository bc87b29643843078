namespace EdgeSync.Contracts.Enrolment;

/// <summary>What HQ answers to an <see cref="EnrolmentRequest"/>.</summary>
/// <param name="Certificate">The site's MQTT client certificate, PEM.</param>
/// <param name="CertificateAuthority">The authority that signed it, PEM.</param>
/// <param name="BrokerUrl">Where to connect, <c>mqtts://host:8883</c>.</param>
/// <param name="BrokerCertificateAuthority">The authority of the broker's own certificate, PEM.</param>
public sealed record EnrolmentResponse(string Certificate, string CertificateAuthority, string BrokerUrl, string BrokerCertificateAuthority);
