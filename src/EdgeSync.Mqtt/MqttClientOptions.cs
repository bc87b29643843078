namespace EdgeSync.Mqtt;

/// <summary>How a client connects, and how much it holds. <see cref="MqttClient"/> refuses values that are out of range.</summary>
public sealed record MqttClientOptions
{
    /// <summary>The broker's host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Default: 8883.</summary>
    public int Port { get; init; } = 8883;

    /// <summary>Default: null, plain TCP; then a password is only allowed to a loopback address.</summary>
    public MqttTlsOptions? Tls { get; init; }

    /// <summary>The client identifier. Default: empty, the broker assigns one, which the client keeps while it lives.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Default: null, none.</summary>
    public string? UserName { get; init; }

    /// <summary>Default: null, none. Never logged.</summary>
    public string? Password { get; init; }

    /// <summary>The longest time without a packet to the broker; the broker may overrule it. Zero: none. Whole seconds. Default: 60 s.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the broker is to keep session and queued messages while the client is away. Zero: not at all. Default: 7 days.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether the first connection throws an older session away; later ones of this client never do. Default: false.</summary>
    public bool CleanStart { get; init; }

    /// <summary>Default: null, none.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>How many inbound messages with QoS 1 may wait for <see cref="MqttDelivery.Acknowledge"/>. 1 to 65,535; default: 16.</summary>
    public int ReceiveMaximum { get; init; } = 16;

    /// <summary>The largest packet from the broker, in bytes. At least 128; default: 256 KiB.</summary>
    public int MaximumPacketSize { get; init; } = 256 * 1024;

    /// <summary>How many messages may wait for their acknowledgement by the broker; the broker may allow fewer. Default: 32.</summary>
    public int MaximumInFlight { get; init; } = 32;

    /// <summary>How many publishes may wait to be sent; one more fails with <see cref="MqttReasons.QueueFull"/>. Await them, and it never comes to that. Default: 1,024.</summary>
    public int QueueCapacity { get; init; } = 1024;

    /// <summary>Whether a publish without a connection waits for one (false) or fails at once with <see cref="MqttReasons.Offline"/> (true). Default: false.</summary>
    public bool FailWhenOffline { get; init; }

    /// <summary>From the first try to reach the host until its CONNACK. Default: 30 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the broker may take for a PINGRESP, and to send or take a packet (plus a second for each KiB of it). Default: 20 s.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the broker may take for a PUBACK or SUBACK before the connection counts as dead. Default: 2 min.</summary>
    public TimeSpan AcknowledgementTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Upper end of the first waiting time before a new try. Default: 1 s.</summary>
    public TimeSpan BackoffFirst { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Upper end of every waiting time. Default: 2 min.</summary>
    public TimeSpan BackoffCap { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A connection that held this long starts the waiting times anew. Default: 1 min.</summary>
    public TimeSpan StablePeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Waiting time after another client took the session, so that two do not throw each other out for ever: this to twice this. Default: 5 min.</summary>
    public TimeSpan TakeoverDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a stop waits for what is under way, and once more for the goodbye. Default: 5 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Host, port and client identifier; no secret.</summary>
    public override string ToString() => $"{ClientId} at {Host}:{Port}";
}
