namespace EdgeSync.Mqtt;

/// <summary>What a client wants to hear of.</summary>
/// <param name="Filter">The topic filter, with <c>+</c> and <c>#</c> as wildcards (<see cref="MqttTopic.IsValidFilter"/>).</param>
public sealed record MqttSubscription(string Filter)
{
    /// <summary>The highest quality of service. Default: <see cref="MqttQualityOfService.AtLeastOnce"/>.</summary>
    public MqttQualityOfService QualityOfService { get; init; } = MqttQualityOfService.AtLeastOnce;

    /// <summary>Which retained messages come with it. Default: all.</summary>
    public MqttRetainedMessages Retained { get; init; }

    /// <summary>Not to hear what this client publishes itself. Default: false.</summary>
    public bool NoLocal { get; init; }

    /// <summary>To see whether a message was published as retained. Default: false, only whether it comes because it is retained.</summary>
    public bool RetainAsPublished { get; init; }
}
