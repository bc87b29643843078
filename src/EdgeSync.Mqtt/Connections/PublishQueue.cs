using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// The messages to the broker in the order of the calls: first those that were sent and have no PUBACK, then those that wait. After a
/// reconnect the first are sent again with DUP and their packet identifiers [MQTT-4.4.0-1] if the broker still has the session; otherwise they fail.
/// </summary>
internal sealed class PublishQueue(MqttSessionOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<PendingPublish> _pending = [];
    private readonly HashSet<ushort> _packetIds = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MqttPacketFormatterAdapter _formatter = new(MqttProtocolVersion.V500, new MqttBufferWriter(4096, 65535));
    private MqttConnAckPacket? _limits;
    private LinkedListNode<PendingPublish>? _next;
    private int _unanswered;
    private ushort _lastId;
    private bool _closed;

    /// <summary>Done when <see cref="Close"/> was called and nothing is left.</summary>
    public Task Drained => _drained.Task;

    /// <summary>When the oldest message without a PUBACK was sent on this connection; zero where there is none.</summary>
    public long OldestUnansweredAt
    {
        get
        {
            lock (_lock)
            {
                return _pending.First?.Value.SentAt ?? 0;
            }
        }
    }

    /// <summary>Queues the message. The result is whether the broker knows a subscriber. <paramref name="queued"/> is called before the wait.</summary>
    public async Task<bool> PublishAsync(MqttMessage message, Action queued, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var publish = Add(message);
        await using var registration = cancellationToken.Register(() => Cancel(publish, cancellationToken));
        queued();
        return await publish.Completion.Task;
    }

    public void BeginConnection(MqttConnAckPacket limits)
    {
        lock (_lock)
        {
            if (!limits.IsSessionPresent)
            {
                FailAll_NeedsLock(publish => publish.PacketId != 0, MqttFailures.SessionLost);
            }

            foreach (var publish in _pending)
            {
                publish.SentAt = 0;
            }

            (_limits, _next, _unanswered) = (limits, _pending.First, 0);
        }
    }

    public void EndConnection()
    {
        lock (_lock)
        {
            _limits = null;
            if (options.FailWhenOffline)
            {
                FailAll_NeedsLock(publish => publish.PacketId == 0, MqttFailures.Offline);
            }
        }
    }

    /// <summary>The next packet to send within the broker's limits, or null.</summary>
    public MqttPublishPacket? TryTake()
    {
        lock (_lock)
        {
            // Section 4.9: the quota begins again with each connection, and messages that are sent again count.
            var quota = Math.Min(_limits is { ReceiveMaximum: > 0 and var maximum } ? maximum : ushort.MaxValue, options.MaximumInFlight);
            while (_limits is { } limits && _unanswered < quota && _next is { } node)
            {
                _next = node.Next;
                var publish = node.Value;
                if (Refusal(publish, limits) is { } failure)
                {
                    Remove_NeedsLock(publish);
                    publish.Completion.TrySetException(failure);
                    continue;
                }

                var isRepeated = publish.PacketId != 0;
                if (!isRepeated)
                {
                    publish.PacketId = NextPacketId_NeedsLock();
                    _packetIds.Add(publish.PacketId);
                }

                publish.SentAt = Math.Max(1, time.GetTimestamp());
                _unanswered++;
                return Packets.Publish(publish.Message, publish.PacketId, isRepeated, time.GetElapsedTime(publish.QueuedAt));
            }

            return null;
        }
    }

    /// <summary>Throws <see cref="MqttException"/> where nothing with this packet identifier was sent on this connection.</summary>
    public void Acknowledge(MqttPubAckPacket answer)
    {
        lock (_lock)
        {
            var publish = _pending.FirstOrDefault(sent => sent.PacketId == answer.PacketIdentifier);
            if (publish is not { SentAt: > 0, Message.Topic: var topic } || !Enum.IsDefined(answer.ReasonCode))
            {
                throw MqttFailures.Violation(MqttDisconnectReasonCode.ProtocolError, $"a PUBACK that answers nothing or says nothing ({answer.ReasonCode})");
            }

            _unanswered--;
            Remove_NeedsLock(publish);
            if (answer.ReasonCode is MqttPubAckReasonCode.Success or MqttPubAckReasonCode.NoMatchingSubscribers)
            {
                publish.Completion.TrySetResult(answer.ReasonCode == MqttPubAckReasonCode.Success);
            }
            else
            {
                publish.Completion.TrySetException(MqttFailures.PublishRefused(topic, answer));
            }
        }
    }

    /// <summary>A packet identifier that no message uses.</summary>
    public ushort NextPacketId()
    {
        lock (_lock)
        {
            return NextPacketId_NeedsLock();
        }
    }

    /// <summary>Takes no more messages.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            CheckDrained_NeedsLock();
        }
    }

    /// <summary>The end: whatever is left fails.</summary>
    public void FailAll()
    {
        lock (_lock)
        {
            (_closed, _limits) = (true, null);
            FailAll_NeedsLock(_ => true, MqttFailures.Stopped);
        }
    }

    private MqttException? Refusal(PendingPublish publish, MqttConnAckPacket limits)
    {
        var topic = publish.Message.Topic;
        return publish switch
        {
            _ when limits.MaximumQoS == MqttQualityOfServiceLevel.AtMostOnce => // [MQTT-3.2.2-11]
                MqttFailures.Unsupported(topic, MqttDisconnectReasonCode.QoSNotSupported, "QoS 1"),
            { Message.Retain: true } when !limits.RetainAvailable => // [MQTT-3.2.2-14]
                MqttFailures.Unsupported(topic, MqttDisconnectReasonCode.RetainNotSupported, "retained messages"),
            _ when limits.MaximumPacketSize > 0 && publish.Size > limits.MaximumPacketSize =>
                MqttFailures.TooLarge(topic, publish.Size, limits.MaximumPacketSize),

            // One that was sent is sent again: the broker may have it, and only its answer ends the exchange.
            { PacketId: 0, Message.Expiry: { } expiry } when time.GetElapsedTime(publish.QueuedAt) >= expiry => MqttFailures.Expired(topic),
            _ => null,
        };
    }

    private PendingPublish Add(MqttMessage message)
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

            if (_pending.Count - _packetIds.Count >= options.QueueCapacity)
            {
                throw MqttFailures.QueueFull(message.Topic, options.QueueCapacity);
            }

            var publish = new PendingPublish(message, Measure_NeedsLock(message), time.GetTimestamp());
            var node = _pending.AddLast(publish);
            _next ??= node;
            return publish;
        }
    }

    /// <summary>The size of the packet; throws <see cref="MqttException"/> where the message cannot be sent.</summary>
    private int Measure_NeedsLock(MqttMessage message)
    {
        try
        {
            MqttTopicValidator.ThrowIfInvalid(message.Topic);
            return _formatter.Encode(Packets.Publish(message, 1, isRepeated: false, TimeSpan.Zero)).Length;
        }
        catch (MqttProtocolViolationException failure)
        {
            throw MqttFailures.Invalid(message.Topic, failure);
        }
        finally
        {
            _formatter.Cleanup();
        }
    }

    // One that was sent keeps its packet identifier until the broker answers; only its caller stops waiting.
    private void Cancel(PendingPublish publish, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (publish.PacketId == 0)
            {
                Remove_NeedsLock(publish);
            }

            publish.Completion.TrySetCanceled(cancellationToken);
        }
    }

    private ushort NextPacketId_NeedsLock()
    {
        do
        {
            _lastId++;
        }
        while (_lastId == 0 || _packetIds.Contains(_lastId));

        return _lastId;
    }

    private void Remove_NeedsLock(PendingPublish publish)
    {
        if (_pending.Find(publish) is { } node)
        {
            _next = _next == node ? node.Next : _next;
            _packetIds.Remove(publish.PacketId);
            _pending.Remove(node);
            CheckDrained_NeedsLock();
        }
    }

    private void FailAll_NeedsLock(Func<PendingPublish, bool> which, Func<string, MqttException> failure)
    {
        foreach (var publish in _pending.Where(which).ToList())
        {
            Remove_NeedsLock(publish);
            publish.Completion.TrySetException(failure(publish.Message.Topic));
        }
    }

    private void CheckDrained_NeedsLock()
    {
        if (_closed && _pending.Count == 0)
        {
            _drained.TrySetResult();
        }
    }

    /// <summary>One message until the broker has answered it.</summary>
    private sealed class PendingPublish(MqttMessage message, int size, long queuedAt)
    {
        public MqttMessage Message => message;

        public long QueuedAt => queuedAt;

        public int Size => size;

        /// <summary>Zero until it is sent.</summary>
        public ushort PacketId { get; set; }

        /// <summary>When it was sent on the present connection; zero where it was not.</summary>
        public long SentAt { get; set; }

        public TaskCompletionSource<bool> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
