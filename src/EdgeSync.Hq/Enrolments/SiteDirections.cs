namespace EdgeSync.Hq.Enrolments;

/// <summary>What a site is told when it enrols.</summary>
/// <param name="BrokerUrl">Where to connect.</param>
/// <param name="BrokerAuthority">The authority of the broker's certificate, PEM.</param>
/// <param name="CertificateLifetime">How long its client certificate is valid.</param>
internal sealed record SiteDirections(Uri BrokerUrl, string BrokerAuthority, TimeSpan CertificateLifetime);
