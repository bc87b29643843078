namespace EdgeSync.Mqtt.Packets;

/// <summary>The properties that a PUBLISH and a will share (MQTT 5.0, sections 3.3.2.3 and 3.1.3.2).</summary>
internal static class MessageCodec
{
    public static void WriteProperties(PacketWriter writer, MqttMessage message, uint? expirySeconds)
    {
        if (message.IsText)
        {
            writer.Property(PropertyId.PayloadFormatIndicator, (byte)1);
        }

        if (expirySeconds is { } seconds)
        {
            writer.Property(PropertyId.MessageExpiryInterval, seconds);
        }

        if (message.ContentType is { } contentType)
        {
            writer.Property(PropertyId.ContentType, contentType);
        }

        if (message.ResponseTopic is { } responseTopic)
        {
            writer.Property(PropertyId.ResponseTopic, responseTopic);
        }

        if (!message.CorrelationData.IsEmpty)
        {
            writer.Byte((byte)PropertyId.CorrelationData);
            writer.Binary(message.CorrelationData.Span);
        }

        foreach (var (name, value) in message.UserProperties)
        {
            writer.Byte((byte)PropertyId.UserProperty);
            writer.String(name);
            writer.String(value);
        }
    }
}
