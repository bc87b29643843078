using EdgeSync.Signing.Keys.Hardware;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary><c>hq</c>: where acknowledgements and status go. <c>edgesync enroll</c> writes this section.</summary>
internal sealed record HqSection
{
    /// <summary>The broker: <c>mqtts://host:port</c>; <c>mqtt://</c> on loopback only.</summary>
    public required Uri Broker { get; init; }

    /// <summary>Certificates (PEM) that may sign the broker's own, instead of the machine's list.</summary>
    public string? CaFile { get; init; }

    /// <summary>The site's MQTT client certificate (PEM).</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The key of <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The file of the key that signs acknowledgements; null when the key is in hardware.</summary>
    public string? LedgerKeyFile { get; init; }

    /// <summary>The key that signs acknowledgements in a TPM or token; null when it is a file.</summary>
    public HardwareKeyAddress? LedgerKey { get; init; }

    /// <summary>MQTT keep-alive.</summary>
    public required TimeSpan KeepAlive { get; init; }

    /// <summary>How often to send the status when nothing changes.</summary>
    public required TimeSpan ReportEvery { get; init; }

    /// <summary>Whether HQ gets an answer when it asks where the cluster is not what should run.</summary>
    public bool SendDiff { get; init; } = true;

    /// <summary>Whether HQ may ask for a preflight.</summary>
    public bool MayAskForPreflight { get; init; }

    public static HqSection Read(YamlSection reader)
    {
        var section = new HqSection
        {
            Broker = ReadBroker(reader),
            CaFile = reader.OptionalFile("caFile"),
            CertificateFile = reader.OptionalFile("certificateFile"),
            KeyFile = reader.OptionalSecretFile("keyFile"),
            LedgerKey = ReadLedgerKey(reader),
            LedgerKeyFile = reader.Has("ledgerKey") ? reader.OptionalFile("ledgerKeyFile") : reader.RequiredFile("ledgerKeyFile", "/var/lib/edgesync/identity/ledger.key"),
            KeepAlive = reader.Duration("keepAlive", TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(ushort.MaxValue)),
            ReportEvery = reader.Duration("reportEvery", TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)),
            SendDiff = reader.Flag("sendDiff", fallback: true),
            MayAskForPreflight = reader.Flag("mayAskForPreflight", fallback: false),
        };
        if (section.CertificateFile is null != section.KeyFile is null)
        {
            var (given, missing) = section.KeyFile is null ? ("certificateFile", "keyFile") : ("keyFile", "certificateFile");
            reader.Fault(given, $"needs {missing} too");
        }

        if (section.Broker.Scheme == "mqtt" && (section.CaFile is not null || section.CertificateFile is not null))
        {
            reader.Fault("broker", "is without TLS and contradicts caFile and certificateFile; write mqtts://");
        }

        return section;
    }

    private static HardwareKeyAddress? ReadLedgerKey(YamlSection reader)
    {
        if (reader.OptionalText("ledgerKey") is not { } text)
        {
            return null;
        }

        if (reader.Has("ledgerKeyFile"))
        {
            reader.Fault("ledgerKey", "contradicts ledgerKeyFile; a site has one ledger key, remove one of them");
        }

        if (!HardwareKeyAddress.TryParse(text, out var address, out var problem))
        {
            reader.Fault("ledgerKey", problem);
        }

        return address;
    }

    private static Uri ReadBroker(YamlSection reader)
    {
        var standIn = new Uri("mqtts://localhost:8883");
        var text = reader.Text("broker", "mqtts://hq.example.com:8883");
        if (text.Length == 0)
        {
            return standIn;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var broker)
            || broker.Scheme is not ("mqtt" or "mqtts")
            || broker.Host.Length == 0
            || broker.PathAndQuery is not ("" or "/")
            || broker.UserInfo.Length > 0)
        {
            reader.Fault("broker", "is no broker URL; write mqtts://HOST:8883, with no path and no password in it");
            return standIn;
        }

        if (broker.Scheme == "mqtt" && !broker.IsLoopback)
        {
            reader.Fault("broker", "is without TLS; mqtt:// is for a broker on this machine only, write mqtts://");
        }

        return broker.Port > 0 ? broker : new UriBuilder(broker) { Port = broker.Scheme == "mqtt" ? 1883 : 8883 }.Uri;
    }
}
