using EdgeSync.Mqtt.Sessions;

namespace EdgeSync.Mqtt;

/// <summary>A message from the broker, to be acknowledged when the application has done with it what must not be lost.</summary>
public sealed class MqttDelivery
{
    private readonly IncomingPublishes _owner;

    internal MqttDelivery(IncomingPublishes owner, MqttMessage message, ushort packetId, bool duplicate)
    {
        _owner = owner;
        Message = message;
        PacketId = packetId;
        Duplicate = duplicate;
    }

    /// <summary>What was published.</summary>
    public MqttMessage Message { get; }

    /// <summary>Whether the broker says that it may have sent it before.</summary>
    public bool Duplicate { get; }

    internal ushort PacketId { get; }

    internal bool IsAcknowledged { get; set; }

    /// <summary>
    /// Lets the broker forget a message with QoS 1. Until then it comes again after a lost connection, and counts against
    /// <see cref="MqttClientOptions.ReceiveMaximum"/>. Safe to call twice, late or without a connection.
    /// </summary>
    public void Acknowledge() => _owner.Acknowledge(this);
}
