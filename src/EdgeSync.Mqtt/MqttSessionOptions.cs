namespace EdgeSync.Mqtt;

/// <summary>How a session connects, what it subscribes to, and how much it holds.</summary>
public sealed record MqttSessionOptions
{
    /// <summary>The broker's host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Default: 8883.</summary>
    public int Port { get; init; } = 8883;

    /// <summary>Default: null, plain TCP.</summary>
    public MqttTlsOptions? Tls { get; init; }

    /// <summary>The client identifier, which names the session at the broker.</summary>
    public required string ClientId { get; init; }

    /// <summary>Topic filters to subscribe to with QoS 1. Default: none.</summary>
    public IReadOnlyList<string> Subscriptions { get; init; } = [];

    /// <summary>The longest time without a packet to the broker; the broker may ask for another. Zero: no limit. Whole seconds. Default: 60 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the broker keeps the session and its queued messages while the client is away. Zero: not at all. Default: 7 days.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Default: null, none.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>How many inbound messages may wait for <see cref="MqttDelivery.Acknowledge"/>. 1 to 65,535; default: 16.</summary>
    public int ReceiveMaximum { get; init; } = 16;

    /// <summary>The largest packet from the broker, in bytes. At least 128; default: 256 KiB.</summary>
    public int MaximumPacketSize { get; init; } = 256 * 1024;

    /// <summary>How many publishes may wait for the broker's acknowledgement; the broker may allow fewer. Default: 32.</summary>
    public int MaximumInFlight { get; init; } = 32;

    /// <summary>How many publishes may wait to be sent; one more fails with <see cref="MqttReasons.QueueFull"/>. Default: 1,024.</summary>
    public int QueueCapacity { get; init; } = 1024;

    /// <summary>Whether a publish without a connection waits for one (false) or fails at once with <see cref="MqttReasons.Offline"/> (true). Default: false.</summary>
    public bool FailWhenOffline { get; init; }

    /// <summary>From the first try to reach the host until its CONNACK. Default: 30 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the broker may take for a PINGRESP, and to send or take a packet (plus one second for each KiB of it). Default: 20 s.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Upper end of the first waiting time before a new try. Default: 1 s.</summary>
    public TimeSpan BackoffFirst { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Upper end of every waiting time. Default: 2 min.</summary>
    public TimeSpan BackoffCap { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The waiting time (this to twice this) after another client took over the session, so that two clients do not disconnect each other all
    /// the time. Default: 5 min.
    /// </summary>
    public TimeSpan TakeoverDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the end of a session waits for publishes, and once more for the broker to close. Default: 5 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Host, port and client identifier; no secret.</summary>
    public override string ToString() => $"{ClientId} at {Host}:{Port}";
}

/// <summary>TLS to the broker. The files are read again at each connect, so that a renewed certificate needs no restart.</summary>
public sealed record MqttTlsOptions
{
    /// <summary>PEM file with the only certification authorities that may sign the broker's certificate. Default: null, the machine's authorities.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file with the client's certificate and its intermediates. Default: null, none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM file with the client's private key, not encrypted. Needed if <see cref="CertificateFile"/> is set.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The name that the broker's certificate must have. Default: null, the host's name.</summary>
    public string? ServerName { get; init; }
}

/// <summary>What the broker publishes when the client is gone without a DISCONNECT (MQTT 5.0, section 3.1.2.5).</summary>
/// <param name="Message">The message.</param>
/// <param name="Delay">How long the client may be away before it is published; whole seconds.</param>
public sealed record MqttWill(MqttMessage Message, TimeSpan Delay = default);
