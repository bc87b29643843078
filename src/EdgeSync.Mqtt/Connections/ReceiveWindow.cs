using MQTTnet.Protocol;

namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// The messages with QoS 1 that came on one connection and have no PUBACK yet. The PUBACKs leave in the order of the messages [MQTT-4.6.0-2],
/// and only on this connection. A message counts until its PUBACK is written, so a broker that reads nothing cannot fill the memory.
/// </summary>
internal sealed class ReceiveWindow(int capacity, Action acknowledged)
{
    private readonly Lock _lock = new();
    private readonly Queue<MqttDelivery> _deliveries = new();
    private readonly HashSet<ushort> _packetIds = [];

    /// <summary>Whether a later connection has the same session, so that the broker sends these messages again.</summary>
    public bool IsReplaced { get; set; }

    /// <summary>Throws <see cref="MqttException"/> where the broker sends more than it may.</summary>
    public void Add(MqttDelivery delivery)
    {
        lock (_lock)
        {
            if (delivery.PacketId == 0 || _packetIds.Contains(delivery.PacketId))
            {
                throw MqttFailures.Violation(MqttDisconnectReasonCode.ProtocolError, "a packet identifier that is zero or still in use"); // [MQTT-2.2.1-4]
            }

            if (_deliveries.Count >= capacity)
            {
                throw MqttFailures.Violation(MqttDisconnectReasonCode.ReceiveMaximumExceeded, "more messages than the receive maximum allows");
            }

            _packetIds.Add(delivery.PacketId);
            _deliveries.Enqueue(delivery);
        }
    }

    public void Acknowledge(MqttDelivery delivery)
    {
        lock (_lock)
        {
            delivery.IsAcknowledged = true;
        }

        acknowledged();
    }

    /// <summary>The packet identifier of the oldest message if it is acknowledged, or null.</summary>
    public ushort? NextAcknowledged()
    {
        lock (_lock)
        {
            return _deliveries.TryPeek(out var oldest) && oldest.IsAcknowledged ? oldest.PacketId : null;
        }
    }

    /// <summary>The PUBACK of the oldest message is written.</summary>
    public void RemoveOldest()
    {
        lock (_lock)
        {
            _packetIds.Remove(_deliveries.Dequeue().PacketId);
        }
    }
}
