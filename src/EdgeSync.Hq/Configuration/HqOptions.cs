namespace EdgeSync.Hq.Configuration;

/// <summary>All settings of HQ, read and checked once at the start.</summary>
internal sealed record HqOptions
{
    /// <summary>Where to listen, for example <c>https://0.0.0.0:8443</c>. Default: <c>https://127.0.0.1:8443</c>.</summary>
    public IReadOnlyList<Uri> Listen { get; init; } = [new("https://127.0.0.1:8443")];

    /// <summary>PEM certificate (with chain) of the pages and the API; needed for every <c>https</c> address.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM private key of <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Whether plain <c>http</c> may be used on other addresses than loopback (behind a proxy that ends TLS). Default: no.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>The folder of HQ's database, certificate authority and cookie keys. Default: <c>/var/lib/edgesync-hq</c>.</summary>
    public string StateDirectory { get; init; } = "/var/lib/edgesync-hq";

    /// <summary>How HQ reaches the broker.</summary>
    public BrokerOptions Broker { get; init; } = new();

    /// <summary>What sites are told when they enrol.</summary>
    public EnrolmentOptions Enrolment { get; init; } = new();

    /// <summary>The first operator, made when there is no user yet; null makes none.</summary>
    public InitialOperatorOptions? InitialOperator { get; init; }

    /// <summary>The least level that is logged. Default: Information.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The SQLite file.</summary>
    public string DatabaseFile => Path.Combine(StateDirectory, "hq.db");

    /// <summary>The folder of the certificate authority: <c>ca.pem</c> for the broker to trust, <c>ca.key</c> for nobody else.</summary>
    public string AuthorityDirectory => Path.Combine(StateDirectory, "ca");

    /// <summary>The folder of the keys that protect form tokens.</summary>
    public string FormKeyDirectory => Path.Combine(StateDirectory, "form-keys");
}
