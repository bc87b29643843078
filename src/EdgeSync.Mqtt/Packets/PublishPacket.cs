namespace EdgeSync.Mqtt.Packets;

/// <summary>PUBLISH (MQTT 5.0, section 3.3). The packet identifier is zero for QoS 0.</summary>
internal readonly record struct PublishPacket(MqttMessage Message, ushort PacketId, bool Duplicate)
{
    private const int DuplicateFlag = 0b1000;
    private const int RetainFlag = 0b0001;

    public static PublishPacket Read(byte flags, ReadOnlySpan<byte> body)
    {
        var quality = (flags >> 1) & 3;
        if (quality == 2)
        {
            // Every subscription asks for at most QoS 1, so the server may not send more [MQTT-3.8.4-8].
            throw MqttFailures.Protocol("a PUBLISH with QoS 2, which was not asked for");
        }

        var reader = new PacketReader(body);
        var topic = reader.ReadString();
        var packetId = quality > 0 ? reader.ReadPacketIdentifier() : (ushort)0;
        var message = new MqttMessage
        {
            Topic = topic,
            QualityOfService = (MqttQualityOfService)quality,
            Retain = (flags & RetainFlag) != 0,
        };
        message = ReadProperties(message, reader.ReadProperties(PropertyTable.Publish));
        if (!MqttTopic.IsValidName(topic))
        {
            // No alias can stand in for an empty name, since none was offered; wildcards are forbidden [MQTT-3.3.2-2].
            throw MqttFailures.Protocol("a PUBLISH without a valid topic name");
        }

        return new PublishPacket(message with { Payload = reader.ReadToEnd() }, packetId, (flags & DuplicateFlag) != 0);
    }

    public void Write(PacketWriter writer, uint? expirySeconds)
    {
        var flags = (int)Message.QualityOfService << 1 | (Duplicate ? DuplicateFlag : 0) | (Message.Retain ? RetainFlag : 0);
        var packet = writer.BeginPacket(PacketType.Publish, flags);
        writer.String(Message.Topic);
        if (Message.QualityOfService != MqttQualityOfService.AtMostOnce)
        {
            writer.UInt16(PacketId);
        }

        var properties = writer.BeginLength();
        MessageCodec.WriteProperties(writer, Message, expirySeconds);
        writer.End(properties);
        writer.Raw(Message.Payload.Span);
        writer.End(packet);
    }

    private static MqttMessage ReadProperties(MqttMessage message, PropertyReader properties)
    {
        List<KeyValuePair<string, string>>? userProperties = null;
        while (properties.Next(out var id))
        {
            switch (id)
            {
                case PropertyId.PayloadFormatIndicator:
                    message = message with { IsText = properties.ReadBoolean() };
                    break;
                case PropertyId.MessageExpiryInterval:
                    message = message with { Expiry = TimeSpan.FromSeconds(properties.ReadUInt32()) };
                    break;
                case PropertyId.ContentType:
                    message = message with { ContentType = properties.ReadString() };
                    break;
                case PropertyId.ResponseTopic:
                    message = message with { ResponseTopic = ReadResponseTopic(ref properties) };
                    break;
                case PropertyId.CorrelationData:
                    message = message with { CorrelationData = properties.ReadBinary() };
                    break;
                case PropertyId.SubscriptionIdentifier:
                    properties.SkipSubscriptionIdentifier();
                    break;
                case PropertyId.TopicAlias:
                    // The client's Topic Alias Maximum is 0, so that every alias is too high (section 3.3.2.3.4).
                    throw MqttFailures.Violation(MqttReasonCode.TopicAliasInvalid, "a topic alias, and none was allowed");
                default:
                    properties.ReadUserProperty(ref userProperties);
                    break;
            }
        }

        return userProperties is null ? message : message with { UserProperties = userProperties };
    }

    private static string ReadResponseTopic(ref PropertyReader properties)
    {
        var topic = properties.ReadString();
        return MqttTopic.IsValidName(topic)
            ? topic
            : throw MqttFailures.Protocol("a response topic that is not a topic name"); // [MQTT-3.3.2-14]
    }
}
