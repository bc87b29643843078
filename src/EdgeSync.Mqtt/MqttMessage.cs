namespace EdgeSync.Mqtt;

/// <summary>An application message. Whoever publishes one must not change its payload until the publish is done.</summary>
public sealed record MqttMessage
{
    /// <summary>The topic name: no wildcards, no leading <c>$</c> (<see cref="MqttTopic.IsPublishable"/>).</summary>
    public required string Topic { get; init; }

    /// <summary>The content. Default: empty.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Default: <see cref="MqttQualityOfService.AtLeastOnce"/>.</summary>
    public MqttQualityOfService QualityOfService { get; init; } = MqttQualityOfService.AtLeastOnce;

    /// <summary>To the broker: keep it as the topic's last message. From the broker: it was such a one. Default: false.</summary>
    public bool Retain { get; init; }

    /// <summary>After this time nobody gets it any more; the time that it waits in the client counts. Whole seconds. Default: null, never.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>Whether the payload is UTF-8 text (payload format indicator). Default: false.</summary>
    public bool IsText { get; init; }

    /// <summary>The payload's media type. Default: null.</summary>
    public string? ContentType { get; init; }

    /// <summary>Where an answer is expected. From a broker it is a valid topic name, and still a stranger's word. Default: null.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What an answer must carry. Default: empty.</summary>
    public ReadOnlyMemory<byte> CorrelationData { get; init; }

    /// <summary>Names and values of the application's own; names may stand more than once. Default: none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; init; } = [];

    /// <summary>Topic and size, never the content.</summary>
    public override string ToString() => $"{Topic} ({Payload.Length} bytes, QoS {(int)QualityOfService})";
}
