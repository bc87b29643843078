namespace EdgeSync.Mqtt.Sessions;

/// <summary>One message on its way to the broker. Guarded by the lock of <see cref="OutgoingPublishes"/>.</summary>
internal sealed class OutgoingPublish(MqttMessage message, long queuedAt)
{
    public MqttMessage Message => message;

    public long QueuedAt => queuedAt;

    /// <summary>Zero until it is sent with QoS 1.</summary>
    public ushort PacketId { get; set; }

    /// <summary>When it was written on the present connection; zero where it was not.</summary>
    public long SentAt { get; set; }

    /// <summary>What the broker said to it; <see cref="MqttReasonCode.Success"/> with QoS 0, which has no answer.</summary>
    public TaskCompletionSource<MqttReasonCode> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
