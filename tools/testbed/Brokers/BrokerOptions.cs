using EdgeSync.Testbed.Certificates;

namespace EdgeSync.Testbed.Brokers;

/// <summary>What a broker is to be like. Default: plain, anybody may do anything; with a certificate: as in <c>deploy/mosquitto</c>.</summary>
public sealed record BrokerOptions
{
    /// <summary>Tells several brokers of one run apart. Default: broker.</summary>
    public string Name { get; init; } = "broker";

    /// <summary>
    /// Serves TLS with this certificate, takes only clients whose certificate its authority signed, and keeps each to its topics.
    /// Default: plain and anonymous.
    /// </summary>
    public PemFiles? Certificate { get; init; }

    /// <summary>More lines for mosquitto.conf, such as <c>max_packet_size 4096</c>; they replace a line of the same name.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Default: a free one.</summary>
    public int? Port { get; init; }
}
