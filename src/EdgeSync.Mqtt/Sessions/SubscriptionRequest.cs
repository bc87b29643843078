namespace EdgeSync.Mqtt.Sessions;

/// <summary>
/// A SUBSCRIBE or UNSUBSCRIBE until its answer. It outlives a connection, and is sent again on the next one. Guarded by the lock of
/// <see cref="Subscriptions"/>.
/// </summary>
internal sealed class SubscriptionRequest
{
    /// <summary>What to subscribe to; empty for an UNSUBSCRIBE.</summary>
    public IReadOnlyList<MqttSubscription> Subscribe { get; init; } = [];

    /// <summary>What to leave; empty for a SUBSCRIBE.</summary>
    public IReadOnlyList<string> Unsubscribe { get; init; } = [];

    /// <summary>Made by the client itself, because the broker lost the session; nobody waits for it.</summary>
    public bool IsRestore { get; init; }

    /// <summary>Zero until it is sent on the present connection.</summary>
    public ushort PacketId { get; set; }

    /// <summary>When it was sent on the present connection.</summary>
    public long SentAt { get; set; }

    public TaskCompletionSource Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsSubscribe => Subscribe.Count > 0;

    public int FilterCount => Subscribe.Count + Unsubscribe.Count;

    public string FirstFilter => IsSubscribe ? Subscribe[0].Filter : Unsubscribe[0];
}
