using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// The messages to the broker in the order of the calls: first those that were sent and have no PUBACK, then those that wait. After a
/// reconnect the first are sent again with DUP and their packet identifiers [MQTT-4.4.0-1] if the broker still has the session; otherwise they fail.
/// </summary>
internal sealed class PublishQueue(MqttSessionOptions options, RefusedTopics refused, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<PendingPublish> _pending = [];
    private readonly MqttPacketFormatterAdapter _formatter = BrokerChannel.CreateFormatter();
    private MqttConnAckPacket? _limits;
    private int _unanswered; // so many, the first ones, were sent on this connection
    private int _singly; // so many are sent one at a time, to find out which of them the broker does not take
    private ushort _lastId;
    private bool _closed;

    /// <summary>When the oldest message without a PUBACK was sent on this connection; zero where there is none.</summary>
    public long OldestUnansweredAt
    {
        get
        {
            lock (_lock)
            {
                return _unanswered > 0 ? _pending[0].SentAt : 0;
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
            _limits = limits;
            if (!limits.IsSessionPresent)
            {
                Fail_NeedsLock(publish => publish.PacketId != 0, publish => MqttFailures.SessionLost(publish.Message.Topic));
            }
        }
    }

    /// <param name="end">Why the connection ended if the broker closed it or owes an acknowledgement; otherwise null.</param>
    public void EndConnection(MqttException? end)
    {
        lock (_lock)
        {
            var topics = _pending.Take(_unanswered).Select(publish => publish.Message.Topic).Distinct().ToList();
            (_singly, _unanswered, _limits) = (end is null ? _singly : Math.Max(_singly, _unanswered), 0, null);
            if (end is not null && topics is [var topic])
            {
                refused.Blame(topic, end);
                if (refused.Find(topic) is not null)
                {
                    Fail_NeedsLock(publish => publish.Message.Topic == topic, _ => MqttFailures.ClosedFor(topic, end));
                }
            }

            if (options.FailWhenOffline)
            {
                Fail_NeedsLock(publish => publish.PacketId == 0, publish => MqttFailures.Offline(publish.Message.Topic));
            }
        }
    }

    /// <summary>The next packet to send within the broker's limits, or null.</summary>
    public MqttPublishPacket? TryTake()
    {
        lock (_lock)
        {
            // Section 4.9: the quota begins again with each connection, and messages that are sent again count.
            var quota = _singly > 0 ? 1 : Math.Min(_limits is { ReceiveMaximum: > 0 and var maximum } ? maximum : ushort.MaxValue, options.MaximumInFlight);
            while (_limits is { } limits && _unanswered < Math.Min(quota, _pending.Count))
            {
                var publish = _pending[_unanswered];
                if (Refusal(publish, limits) is { } failure)
                {
                    _pending.RemoveAt(_unanswered);
                    publish.Completion.TrySetException(failure);
                    continue;
                }

                var isRepeated = publish.PacketId != 0;
                publish.PacketId = isRepeated ? publish.PacketId : NextPacketId_NeedsLock();
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
            var index = _pending.FindIndex(0, _unanswered, sent => sent.PacketId == answer.PacketIdentifier);
            if (index < 0 || !Enum.IsDefined(answer.ReasonCode))
            {
                throw MqttFailures.Violation(MqttDisconnectReasonCode.ProtocolError, $"a PUBACK that answers nothing or says nothing ({answer.ReasonCode})");
            }

            var publish = _pending[index];
            _pending.RemoveAt(index);
            (_unanswered, _singly) = (_unanswered - 1, Math.Max(0, _singly - 1));
            refused.Clear(publish.Message.Topic);
            if (answer.ReasonCode is MqttPubAckReasonCode.Success or MqttPubAckReasonCode.NoMatchingSubscribers)
            {
                publish.Completion.TrySetResult(answer.ReasonCode == MqttPubAckReasonCode.Success);
            }
            else
            {
                publish.Completion.TrySetException(MqttFailures.PublishRefused(publish.Message.Topic, answer));
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

    /// <summary>Takes no more messages; the result is done when those that it has are.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _closed = true;
            return Task.WhenAll(_pending.Select(publish => publish.Completion.Task));
        }
    }

    /// <summary>The end: whatever is left fails.</summary>
    public void FailAll()
    {
        lock (_lock)
        {
            (_closed, _limits, _unanswered) = (true, null, 0);
            Fail_NeedsLock(_ => true, publish => MqttFailures.Stopped(publish.Message.Topic));
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

            if (refused.Find(message.Topic) is { } end)
            {
                throw MqttFailures.ClosedFor(message.Topic, end);
            }

            if (_pending.Count - _unanswered >= options.QueueCapacity)
            {
                throw MqttFailures.QueueFull(message.Topic, options.QueueCapacity);
            }

            var publish = new PendingPublish(message, Measure_NeedsLock(message), time.GetTimestamp());
            _pending.Add(publish);
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
                _pending.Remove(publish);
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
        while (_lastId == 0 || _pending.Exists(publish => publish.PacketId == _lastId));

        return _lastId;
    }

    /// <summary>For messages that were not sent on this connection.</summary>
    private void Fail_NeedsLock(Predicate<PendingPublish> which, Func<PendingPublish, MqttException> failure)
    {
        _pending.FindAll(which).ForEach(publish => publish.Completion.TrySetException(failure(publish)));
        _pending.RemoveAll(which);
    }

    /// <summary>One message until the broker has answered it.</summary>
    private sealed class PendingPublish(MqttMessage message, int size, long queuedAt)
    {
        public MqttMessage Message => message;

        public long QueuedAt => queuedAt;

        public int Size => size;

        /// <summary>Zero until it is sent.</summary>
        public ushort PacketId { get; set; }

        /// <summary>When it was last sent.</summary>
        public long SentAt { get; set; }

        public TaskCompletionSource<bool> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
