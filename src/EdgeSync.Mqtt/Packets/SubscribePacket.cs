namespace EdgeSync.Mqtt.Packets;

/// <summary>SUBSCRIBE (MQTT 5.0, section 3.8).</summary>
internal static class SubscribePacket
{
    public static void Write(PacketWriter writer, ushort packetId, IReadOnlyList<MqttSubscription> subscriptions)
    {
        var packet = writer.BeginPacket(PacketType.Subscribe, flags: 0b0010);
        writer.UInt16(packetId);
        writer.End(writer.BeginLength()); // no properties
        foreach (var subscription in subscriptions)
        {
            writer.String(subscription.Filter);
            writer.Byte((byte)((int)subscription.QualityOfService
                | (subscription.NoLocal ? 0b0000_0100 : 0)
                | (subscription.RetainAsPublished ? 0b0000_1000 : 0)
                | (int)subscription.Retained << 4));
        }

        writer.End(packet);
    }
}
