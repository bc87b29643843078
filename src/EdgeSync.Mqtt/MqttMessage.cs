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
