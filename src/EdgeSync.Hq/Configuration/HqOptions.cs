namespace EdgeSync.Hq.Configuration;

/// <summary>All settings of HQ. They are bound from <c>hq.json</c> and the environment, and validated at the start.</summary>
internal sealed class HqOptions
{
    /// <summary>Where HQ listens, for example <c>https://0.0.0.0:8443</c>. Default: <see cref="HqSettings.DefaultListen"/>.</summary>
    public IReadOnlyList<Uri> Listen { get; set; } = [];

    /// <summary>PEM certificate (with chain) of the pages and the API. Every <c>https</c> address needs it.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM private key of <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Whether HQ may use <c>http</c> on an address that is not loopback, behind a proxy that ends TLS. Default: false.</summary>
    public bool AllowPlainHttp { get; set; }

    /// <summary>The folder of the database, the certificate authority and the form keys. Default: <c>/var/lib/edgesync-hq</c>.</summary>
    public string StateDirectory { get; set; } = "/var/lib/edgesync-hq";

    /// <summary>How HQ reaches the MQTT broker.</summary>
    public BrokerOptions Broker { get; set; } = new();

    /// <summary>What HQ tells a site that enrols.</summary>
    public EnrolmentOptions Enrolment { get; set; } = new();

    /// <summary>The first operator. HQ adds it at the start if there is no user yet. Default: none.</summary>
    public InitialOperatorOptions? InitialOperator { get; set; }

    /// <summary>The lowest level that is logged. Default: Information.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <summary>The SQLite file.</summary>
    public string DatabaseFile => Path.Combine(StateDirectory, "hq.db");

    /// <summary>The folder of the certificate authority. The broker trusts its <c>ca.pem</c>; <c>ca.key</c> stays with HQ.</summary>
    public string AuthorityDirectory => Path.Combine(StateDirectory, "ca");

    /// <summary>The folder of the keys that protect form tokens.</summary>
    public string FormKeyDirectory => Path.Combine(StateDirectory, "form-keys");
}

/// <summary>How HQ reaches the MQTT broker.</summary>
internal sealed class BrokerOptions
{
    /// <summary><c>mqtts://host:8883</c>. Default: <c>mqtts://localhost:8883</c>.</summary>
    public Uri Url { get; set; } = new("mqtts://localhost:8883");

    /// <summary>PEM of the authority that signed the broker's certificate. Default: HQ's own authority.</summary>
    public string? AuthorityFile { get; set; }

    /// <summary>PEM client certificate with the common name <c>hq</c>. Default: HQ issues one to itself.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>PEM private key of <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The MQTT client identifier. Two HQs on one broker need different ones. Default: <c>edgesync-hq</c>.</summary>
    public string ClientId { get; set; } = "edgesync-hq";
}

/// <summary>What HQ tells a site that enrols.</summary>
internal sealed class EnrolmentOptions
{
    /// <summary>The broker's address as sites see it. Default: the address that HQ uses.</summary>
    public Uri? BrokerUrl { get; set; }

    /// <summary>PEM of the authority with which sites check the broker. Default: the authority that HQ uses.</summary>
    public string? BrokerAuthorityFile { get; set; }

    /// <summary>How many days a site's client certificate is valid. Default: 825.</summary>
    public int CertificateDays { get; set; } = 825;
}

/// <summary>The first operator, for an unattended installation.</summary>
internal sealed class InitialOperatorOptions
{
    /// <summary>The user name. Default: <c>operator</c>.</summary>
    public string Name { get; set; } = "operator";

    /// <summary>The file whose first line is the password. The configuration never holds the password itself.</summary>
    public string PasswordFile { get; set; } = "";
}
