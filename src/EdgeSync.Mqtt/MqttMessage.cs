namespace EdgeSync.Mqtt;

/// <summary>An application message. It is always published with QoS 1. Its payload must not change before the publish is done.</summary>
public sealed record MqttMessage
{
    /// <summary>The topic name, without wildcards.</summary>
    public required string Topic { get; init; }

    /// <summary>The content. Default: empty.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>To the broker: keep it as the topic's last message. From the broker: it was such a message. Default: false.</summary>
    public bool Retain { get; init; }

    /// <summary>After this time the broker discards it. The time that it waits in the session counts. Whole seconds. Default: null, never.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>Whether the payload is UTF-8 text (payload format indicator). Default: false.</summary>
    public bool IsText { get; init; }

    /// <summary>The payload's media type. Default: null.</summary>
    public string? ContentType { get; init; }

    /// <summary>Topic and size, never the content.</summary>
    public override string ToString() => $"{Topic} ({Payload.Length} bytes)";
}

/// <summary>A message from the broker. The application acknowledges it when nothing of it can be lost any more.</summary>
public sealed class MqttDelivery
{
    private readonly Action? _acknowledged;
    private volatile bool _isAcknowledged;

    /// <param name="message">The message.</param>
    /// <param name="packetId">Zero for QoS 0.</param>
    /// <param name="duplicate">The broker's DUP flag.</param>
    /// <param name="acknowledged">Tells the message's connection; null for QoS 0.</param>
    internal MqttDelivery(MqttMessage message, ushort packetId, bool duplicate, Action? acknowledged) =>
        (Message, PacketId, Duplicate, _acknowledged) = (message, packetId, duplicate, acknowledged);

    /// <summary>The message.</summary>
    public MqttMessage Message { get; }

    /// <summary>Whether the broker says that it may have sent the message before.</summary>
    public bool Duplicate { get; }

    internal ushort PacketId { get; }

    internal bool IsAcknowledged => _isAcknowledged;

    /// <summary>
    /// Lets the broker forget a message with QoS 1. Until then the message counts against <see cref="MqttSessionOptions.ReceiveMaximum"/>.
    /// After its connection is lost this has no effect: the broker sends the message again. Safe to call twice.
    /// </summary>
    public void Acknowledge()
    {
        _isAcknowledged = true;
        _acknowledged?.Invoke();
    }
}
