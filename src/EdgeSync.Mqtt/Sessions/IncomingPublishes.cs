using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EdgeSync.Mqtt.Packets;

namespace EdgeSync.Mqtt.Sessions;

/// <summary>
/// Messages from the broker: those that wait for the application, and those with QoS 1 that it has not acknowledged. Acknowledgements leave
/// in the order in which the messages came [MQTT-4.6.0-2], and only on the connection that they came on.
/// </summary>
internal sealed class IncomingPublishes(MqttClientOptions options, WriteSignal signal)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<MqttDelivery> _queue = [];
    private readonly LinkedList<MqttDelivery> _window = [];
    private readonly LinkedList<MqttDelivery> _earlier = [];
    private readonly Queue<MqttDelivery> _answers = new();
    private readonly Channel<bool> _arrived = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
    });

    private long _dropped;

    /// <summary>How many messages with QoS 0 were dropped because the application is behind.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>The messages, one reader at a time; ends when the client has stopped.</summary>
    public async IAsyncEnumerable<MqttDelivery> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        do
        {
            while (TryTake(out var delivery))
            {
                yield return delivery;
            }
        }
        while (await _arrived.Reader.WaitToReadAsync(cancellationToken) && (_arrived.Reader.TryRead(out _) || true));
    }

    /// <summary>The connection is gone, and answers that have not left go with it. The broker sends those messages again.</summary>
    public void EndConnection()
    {
        lock (_lock)
        {
            foreach (var delivery in _answers.Concat(_window))
            {
                _earlier.AddLast(delivery);
            }

            _answers.Clear();
            _window.Clear();
        }
    }

    public void BeginConnection(bool sessionPresent)
    {
        lock (_lock)
        {
            if (!sessionPresent)
            {
                _earlier.Clear(); // nobody will send these again; those still in the queue are handed over all the same
            }

            // The broker must send again what it has no answer for, so what does not fit can be forgotten. This bounds the memory.
            while (_earlier.Count > options.ReceiveMaximum)
            {
                _queue.Remove(_earlier.First!.Value);
                _earlier.RemoveFirst();
            }

            var excess = _queue.Count(d => d.PacketId != 0) - options.ReceiveMaximum;
            foreach (var oldest in _queue.Where(d => d.PacketId != 0).Take(Math.Max(0, excess)).ToList())
            {
                _queue.Remove(oldest);
                Interlocked.Increment(ref _dropped);
            }
        }
    }

    public void Receive(PublishPacket packet)
    {
        lock (_lock)
        {
            var delivery = new MqttDelivery(this, packet.Message, packet.PacketId, packet.Duplicate);
            if (packet.Message.QualityOfService == MqttQualityOfService.AtMostOnce)
            {
                ReceiveUnacknowledged_NeedsLock(delivery);
                return;
            }

            if (_window.Any(d => d.PacketId == packet.PacketId))
            {
                throw MqttFailures.Protocol("a packet identifier that is still in use"); // [MQTT-2.2.1-4]
            }

            if (_window.Count >= options.ReceiveMaximum)
            {
                throw MqttFailures.Violation(MqttReasonCode.ReceiveMaximumExceeded, "more messages than the receive maximum allows");
            }

            if (packet.Duplicate && TakeEarlier_NeedsLock(packet) is { } earlier)
            {
                // The application already has it, or has even dealt with it: only the answer is missing.
                _window.AddLast(earlier);
                Answer_NeedsLock();
                return;
            }

            _window.AddLast(delivery);
            Enqueue_NeedsLock(delivery);
        }
    }

    public void Acknowledge(MqttDelivery delivery)
    {
        lock (_lock)
        {
            delivery.IsAcknowledged = true;
            Answer_NeedsLock();
        }
    }

    /// <summary>Writes the next PUBACK; false where there is none.</summary>
    public bool TryWriteNext(PacketWriter writer)
    {
        lock (_lock)
        {
            if (!_answers.TryDequeue(out var delivery))
            {
                return false;
            }

            PubAckPacket.Write(writer, delivery.PacketId);
            return true;
        }
    }

    /// <summary>No more messages come; those in the queue can still be read.</summary>
    public void Complete() => _arrived.Writer.TryComplete();

    private bool TryTake(out MqttDelivery delivery)
    {
        lock (_lock)
        {
            delivery = _queue.First?.Value!;
            if (delivery is null)
            {
                return false;
            }

            _queue.RemoveFirst();
            return true;
        }
    }

    private void ReceiveUnacknowledged_NeedsLock(MqttDelivery delivery)
    {
        if (_queue.Count(d => d.PacketId == 0) < options.ReceiveMaximum)
        {
            Enqueue_NeedsLock(delivery);
        }
        else
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    private MqttDelivery? TakeEarlier_NeedsLock(PublishPacket packet)
    {
        var earlier = _earlier.FirstOrDefault(d => d.PacketId == packet.PacketId
            && d.Message.Topic == packet.Message.Topic
            && d.Message.Payload.Span.SequenceEqual(packet.Message.Payload.Span));
        if (earlier is not null)
        {
            _earlier.Remove(earlier);
        }

        return earlier;
    }

    private void Enqueue_NeedsLock(MqttDelivery delivery)
    {
        _queue.AddLast(delivery);
        _arrived.Writer.TryWrite(true);
    }

    private void Answer_NeedsLock()
    {
        while (_window.First is { Value: { IsAcknowledged: true } head })
        {
            _window.RemoveFirst();
            _answers.Enqueue(head);
            signal.Set();
        }
    }
}
