namespace EdgeSync.Hq.Configuration;

/// <summary>How HQ reaches the MQTT broker.</summary>
internal sealed record BrokerOptions
{
    /// <summary><c>mqtts://host:8883</c>. Default: <c>mqtts://localhost:8883</c>.</summary>
    public Uri Url { get; init; } = new("mqtts://localhost:8883");

    /// <summary>PEM of the authority that signed the broker's certificate. Default: HQ's own authority.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>PEM client certificate with the common name <c>hq</c>. Default: HQ issues one to itself.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM private key of <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The client identifier; two HQs on one broker must not share it. Default: <c>edgesync-hq</c>.</summary>
    public string ClientId { get; init; } = "edgesync-hq";
}
