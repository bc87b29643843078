using EdgeSync.Mqtt.Connections;

namespace EdgeSync.Mqtt;

/// <summary>A message from the broker. The application acknowledges it when nothing of it can be lost any more.</summary>
public sealed class MqttDelivery
{
    private readonly ReceiveWindow? _window;

    internal MqttDelivery(MqttMessage message, ushort packetId, bool duplicate, ReceiveWindow? window) =>
        (Message, PacketId, Duplicate, _window) = (message, packetId, duplicate, window);

    /// <summary>The message.</summary>
    public MqttMessage Message { get; }

    /// <summary>Whether the broker says that it may have sent the message before.</summary>
    public bool Duplicate { get; }

    /// <summary>Zero for a message with QoS 0.</summary>
    internal ushort PacketId { get; }

    internal bool IsAcknowledged { get; set; }

    /// <summary>Whether the connection is gone and the broker sends the message again on the next one.</summary>
    internal bool IsReplaced => _window?.IsReplaced ?? false;

    /// <summary>
    /// Lets the broker forget a message with QoS 1. Until then the message counts against <see cref="MqttSessionOptions.ReceiveMaximum"/>.
    /// After its connection is lost this has no effect: the broker sends the message again. Safe to call twice.
    /// </summary>
    public void Acknowledge() => _window?.Acknowledge(this);
}
