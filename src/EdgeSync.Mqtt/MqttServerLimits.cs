namespace EdgeSync.Mqtt;

/// <summary>What the broker said in its CONNACK about itself and this session (MQTT 5.0, section 3.2.2.3).</summary>
public sealed record MqttServerLimits
{
    /// <summary>How many messages may wait for an acknowledgement. Default: 65,535.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>Whether messages may have QoS 1 (Maximum QoS of at least 1). Default: true.</summary>
    public bool AtLeastOnceAvailable { get; init; } = true;

    /// <summary>Whether messages may be retained. Default: true.</summary>
    public bool RetainAvailable { get; init; } = true;

    /// <summary>The largest packet that the broker takes, in bytes. Default: no limit beyond the protocol's.</summary>
    public uint MaximumPacketSize { get; init; } = uint.MaxValue;

    /// <summary>Whether filters may have wildcards. Default: true.</summary>
    public bool WildcardsAvailable { get; init; } = true;

    /// <summary>Whether subscriptions may be shared. Default: true.</summary>
    public bool SharedSubscriptionsAvailable { get; init; } = true;

    /// <summary>Whether subscriptions may have identifiers; this client uses none. Default: true.</summary>
    public bool SubscriptionIdentifiersAvailable { get; init; } = true;

    /// <summary>How many topic aliases the broker takes; this client uses none. Default: 0.</summary>
    public int TopicAliasMaximum { get; init; }

    /// <summary>The keep-alive interval in force: the broker's, or else the client's. Zero: none.</summary>
    public TimeSpan KeepAlive { get; init; }

    /// <summary>How long the broker keeps the session without a connection: its own word, or else what the client asked for.</summary>
    public TimeSpan SessionExpiry { get; init; }

    /// <summary>The client identifier in force: the one that the broker assigned, or else the client's.</summary>
    public string ClientId { get; init; } = "";
}
