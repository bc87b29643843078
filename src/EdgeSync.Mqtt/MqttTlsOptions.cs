namespace EdgeSync.Mqtt;

/// <summary>TLS to the broker. All files are read again at each connect, so that a renewed certificate is taken without a restart.</summary>
public sealed record MqttTlsOptions
{
    /// <summary>PEM file with the certification authorities that may vouch for the broker; no others are trusted.</summary>
    public required string CaFile { get; init; }

    /// <summary>PEM file with the client's certificate, and the intermediates behind it. Default: null, none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file with the client's private key, not encrypted. Needed if <see cref="CertificateFile"/> is set.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The name that the broker's certificate must have. Default: null, the host's name.</summary>
    public string? ServerName { get; init; }
}
