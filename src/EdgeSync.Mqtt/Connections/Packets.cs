using System.Buffers;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace EdgeSync.Mqtt.Connections;

/// <summary>MQTTnet's packets from this project's options and messages, and back.</summary>
internal static class Packets
{
    public static MqttConnectPacket Connect(MqttSessionOptions options)
    {
        var packet = new MqttConnectPacket
        {
            ClientId = options.ClientId,
            KeepAlivePeriod = (ushort)options.KeepAlive.TotalSeconds,
            SessionExpiryInterval = (uint)Math.Min(options.SessionExpiry.TotalSeconds, uint.MaxValue),
            ReceiveMaximum = (ushort)options.ReceiveMaximum,
            MaximumPacketSize = (uint)options.MaximumPacketSize,
            RequestProblemInformation = true,
        };
        if (options.Will is { Message: var will, Delay: var delay })
        {
            packet.WillFlag = true;
            packet.WillDelayInterval = (uint)delay.TotalSeconds;
            packet.WillQoS = MqttQualityOfServiceLevel.AtLeastOnce;
            packet.WillRetain = will.Retain;
            packet.WillTopic = will.Topic;
            packet.WillMessage = will.Payload.ToArray();
            packet.WillContentType = will.ContentType;
            packet.WillPayloadFormatIndicator = Format(will);
        }

        return packet;
    }

    public static MqttPublishPacket Publish(MqttMessage message, ushort packetId, bool isRepeated, TimeSpan waited) => new()
    {
        Topic = message.Topic,
        Payload = new ReadOnlySequence<byte>(message.Payload),
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        Retain = message.Retain,
        Dup = isRepeated,
        PacketIdentifier = packetId,
        MessageExpiryInterval = message.Expiry is { } expiry ? (uint)Math.Clamp(Math.Ceiling((expiry - waited).TotalSeconds), 1, uint.MaxValue) : 0,
        ContentType = message.ContentType,
        PayloadFormatIndicator = Format(message),
    };

    public static MqttSubscribePacket Subscribe(string filter, ushort packetId) => new()
    {
        PacketIdentifier = packetId,
        TopicFilters = [new MqttTopicFilter { Topic = filter, QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce }],
    };

    /// <summary>Throws where it is not a message that the broker may send.</summary>
    public static MqttMessage Message(MqttPublishPacket packet)
    {
        if (packet.TopicAlias != 0)
        {
            throw MqttFailures.Violation(MqttDisconnectReasonCode.TopicAliasInvalid, "a topic alias, which was not allowed");
        }

        if (packet.QualityOfServiceLevel > MqttQualityOfServiceLevel.AtLeastOnce)
        {
            throw MqttFailures.Violation(MqttDisconnectReasonCode.ProtocolError, "a message with a higher QoS than subscribed");
        }

        MqttTopicValidator.ThrowIfInvalid(packet.Topic);
        return new MqttMessage
        {
            Topic = packet.Topic,
            Payload = packet.Payload.IsSingleSegment ? packet.Payload.First : packet.Payload.ToArray(),
            Retain = packet.Retain,
            Expiry = packet.MessageExpiryInterval > 0 ? TimeSpan.FromSeconds(packet.MessageExpiryInterval) : null,
            IsText = packet.PayloadFormatIndicator == MqttPayloadFormatIndicator.CharacterData,
            ContentType = packet.ContentType,
        };
    }

    private static MqttPayloadFormatIndicator Format(MqttMessage message) =>
        message.IsText ? MqttPayloadFormatIndicator.CharacterData : MqttPayloadFormatIndicator.Unspecified;
}
