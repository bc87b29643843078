namespace EdgeSync.Hq.Configuration;

/// <summary>What sites are told when they enrol.</summary>
internal sealed record EnrolmentOptions
{
    /// <summary>The broker's address as sites see it. Default: the one that HQ itself uses.</summary>
    public Uri? BrokerUrl { get; init; }

    /// <summary>PEM of the authority that sites check the broker with. Default: the one that HQ itself uses.</summary>
    public string? BrokerAuthorityFile { get; init; }

    /// <summary>How long a site's client certificate is valid, in days. Default: 825.</summary>
    public int CertificateDays { get; init; } = 825;
}
