using EdgeSync.Mqtt.Packets;

namespace EdgeSync.Mqtt.Sessions;

/// <summary>
/// Messages to the broker: a bounded queue, and the window of those with QoS 1 that the broker has not acknowledged. The window outlives a
/// connection; after a new one they are sent again, first and in their order, if the broker still has the session
/// [MQTT-4.4.0-1], [MQTT-4.6.0-1].
/// </summary>
internal sealed class OutgoingPublishes(MqttClientOptions options, PacketIdentifiers identifiers, WriteSignal signal, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<OutgoingPublish> _waiting = [];
    private readonly LinkedList<OutgoingPublish> _inFlight = [];
    private readonly List<OutgoingPublish> _unflushed = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LinkedListNode<OutgoingPublish>? _nextToResend;
    private MqttServerLimits? _limits;
    private int _unanswered;
    private bool _closed;

    /// <summary>Done when intake is closed and nothing is queued or under way.</summary>
    public Task Drained => _idle.Task;

    /// <summary>When the oldest message without an answer was sent on this connection, or null.</summary>
    public long? OldestUnansweredAt
    {
        get
        {
            lock (_lock)
            {
                return _limits is not null && _inFlight.First is { Value.SentAt: > 0 and var sentAt } ? sentAt : null;
            }
        }
    }

    /// <summary>Queues the message in the order of the calls, and waits until the broker has it (QoS 1) or it is written (QoS 0).</summary>
    public async Task<MqttReasonCode> PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var publish = Queue(message);
        await using var registration = cancellationToken.Register(() => Cancel(publish, cancellationToken));
        signal.Set();
        return await publish.Completion.Task;
    }

    /// <summary>A new connection: what was under way is sent again, or lost with the session.</summary>
    public void BeginConnection(bool sessionPresent, MqttServerLimits limits)
    {
        lock (_lock)
        {
            _limits = limits;
            _unanswered = 0;
            if (!sessionPresent)
            {
                Abandon_NeedsLock(_inFlight, publish => MqttFailures.SessionLost(publish.Message.Topic));
            }

            foreach (var publish in _inFlight)
            {
                publish.SentAt = 0;
            }

            _nextToResend = _inFlight.First;
        }
    }

    /// <summary>The connection is gone: QoS 0 that may not have left fails, the rest waits (or fails, if the options say so).</summary>
    public void EndConnection(MqttException failure)
    {
        lock (_lock)
        {
            _limits = null;
            _unflushed.ForEach(publish => publish.Completion.TrySetException(failure));
            _unflushed.Clear();
            if (options.FailWhenOffline)
            {
                Abandon_NeedsLock(_waiting, publish => MqttFailures.Offline(publish.Message.Topic));
            }

            CheckIdle_NeedsLock();
        }
    }

    /// <summary>Writes the next message that the window allows; false where there is none.</summary>
    public bool TryWriteNext(PacketWriter writer)
    {
        lock (_lock)
        {
            // Section 4.9: the quota starts anew with each connection, and messages sent again count too.
            while (_limits is { } limits && TakeNext_NeedsLock(limits) is { } publish)
            {
                if (TryWrite_NeedsLock(writer, publish, limits))
                {
                    return true;
                }
            }

            CheckIdle_NeedsLock();
            return false;
        }
    }

    /// <summary>What was written has left: messages with QoS 0 are done.</summary>
    public void Flushed()
    {
        lock (_lock)
        {
            _unflushed.ForEach(publish => publish.Completion.TrySetResult(MqttReasonCode.Success));
            _unflushed.Clear();
            CheckIdle_NeedsLock();
        }
    }

    public void Acknowledge(PubAckPacket packet)
    {
        lock (_lock)
        {
            var node = Find_NeedsLock(packet.PacketId)
                ?? throw MqttFailures.Protocol("a PUBACK for a packet identifier that is not in use");
            var publish = node.Value;
            if (publish.SentAt != 0)
            {
                _unanswered--;
            }

            _nextToResend = node == _nextToResend ? node.Next : _nextToResend;
            _inFlight.Remove(node);
            identifiers.Release(publish.PacketId);
            if (packet.Code < MqttReasonCode.UnspecifiedError)
            {
                publish.Completion.TrySetResult(packet.Code);
            }
            else
            {
                publish.Completion.TrySetException(MqttFailures.PublishRefused(publish.Message.Topic, packet.Code, packet.ReasonString));
            }

            CheckIdle_NeedsLock();
        }

        signal.Set(); // there is room in the window
    }

    /// <summary>Takes no more messages; those that it has go on.</summary>
    public void CloseIntake()
    {
        lock (_lock)
        {
            _closed = true;
            CheckIdle_NeedsLock();
        }
    }

    /// <summary>The end: whatever is left fails.</summary>
    public void FailAll()
    {
        lock (_lock)
        {
            _closed = true;
            _limits = null;
            Abandon_NeedsLock(_waiting, publish => MqttFailures.Stopped(publish.Message.Topic));
            Abandon_NeedsLock(_inFlight, publish => MqttFailures.Stopped(publish.Message.Topic));
            _nextToResend = null;
            CheckIdle_NeedsLock();
        }
    }

    private OutgoingPublish Queue(MqttMessage message)
    {
        lock (_lock)
        {
            if (_closed)
            {
                throw MqttFailures.Stopped(message.Topic);
            }

            if (options.FailWhenOffline && _limits is null)
            {
                throw MqttFailures.Offline(message.Topic);
            }

            if (_waiting.Count >= options.QueueCapacity)
            {
                throw MqttFailures.QueueFull(message.Topic, options.QueueCapacity);
            }

            return _waiting.AddLast(new OutgoingPublish(message, time.GetTimestamp())).Value;
        }
    }

    // One that was sent keeps its packet identifier until the broker answers; only its caller stops waiting.
    private void Cancel(OutgoingPublish publish, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _waiting.Remove(publish);
            publish.Completion.TrySetCanceled(cancellationToken);
            CheckIdle_NeedsLock();
        }
    }

    private OutgoingPublish? TakeNext_NeedsLock(MqttServerLimits limits)
    {
        var windowIsOpen = _unanswered < Math.Min(limits.ReceiveMaximum, options.MaximumInFlight);
        if (_nextToResend is { } resend)
        {
            if (windowIsOpen)
            {
                _nextToResend = resend.Next;
                return resend.Value;
            }

            return null;
        }

        if (_waiting.First is not { } first || (first.Value.Message.QualityOfService == MqttQualityOfService.AtLeastOnce && !windowIsOpen))
        {
            return null;
        }

        _waiting.RemoveFirst();
        return first.Value;
    }

    private bool TryWrite_NeedsLock(PacketWriter writer, OutgoingPublish publish, MqttServerLimits limits)
    {
        var message = publish.Message;
        var isResend = publish.PacketId != 0;
        var waited = time.GetElapsedTime(publish.QueuedAt);
        if (SendRules.Refusal(publish, limits, waited) is { } failure)
        {
            return Drop_NeedsLock(publish, failure);
        }

        var isAcknowledged = message.QualityOfService == MqttQualityOfService.AtLeastOnce;
        ushort packetId = publish.PacketId;
        if (isAcknowledged && !isResend && !identifiers.TryTake(out packetId))
        {
            _waiting.AddFirst(publish);
            return false;
        }

        var start = writer.Length;
        new PublishPacket(message, packetId, isResend).Write(writer, SendRules.RemainingExpiry(message, waited));
        if (writer.Length - start > limits.MaximumPacketSize)
        {
            failure = MqttFailures.TooLarge(message.Topic, writer.Length - start, limits.MaximumPacketSize);
            writer.Truncate(start);
            publish.PacketId = packetId;
            return Drop_NeedsLock(publish, failure);
        }

        if (!isAcknowledged)
        {
            _unflushed.Add(publish);
            return true;
        }

        if (!isResend)
        {
            publish.PacketId = packetId;
            _inFlight.AddLast(publish);
        }

        publish.SentAt = Math.Max(1, time.GetTimestamp());
        _unanswered++;
        return true;
    }

    private bool Drop_NeedsLock(OutgoingPublish publish, MqttException failure)
    {
        _inFlight.Remove(publish);
        if (publish.PacketId != 0)
        {
            identifiers.Release(publish.PacketId);
        }

        publish.Completion.TrySetException(failure);
        return false;
    }

    private LinkedListNode<OutgoingPublish>? Find_NeedsLock(ushort packetId)
    {
        for (var node = _inFlight.First; node is not null; node = node.Next)
        {
            if (node.Value.PacketId == packetId)
            {
                return node;
            }
        }

        return null;
    }

    private void Abandon_NeedsLock(LinkedList<OutgoingPublish> publishes, Func<OutgoingPublish, MqttException> failure)
    {
        foreach (var publish in publishes)
        {
            if (publish.PacketId != 0)
            {
                identifiers.Release(publish.PacketId);
            }

            publish.Completion.TrySetException(failure(publish));
        }

        publishes.Clear();
    }

    private void CheckIdle_NeedsLock()
    {
        if (_closed && _waiting.Count == 0 && _inFlight.Count == 0 && _unflushed.Count == 0)
        {
            _idle.TrySetResult();
        }
    }
}
