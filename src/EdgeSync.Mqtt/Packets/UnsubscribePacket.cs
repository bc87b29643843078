namespace EdgeSync.Mqtt.Packets;

/// <summary>UNSUBSCRIBE (MQTT 5.0, section 3.10).</summary>
internal static class UnsubscribePacket
{
    public static void Write(PacketWriter writer, ushort packetId, IReadOnlyList<string> filters)
    {
        var packet = writer.BeginPacket(PacketType.Unsubscribe, flags: 0b0010);
        writer.UInt16(packetId);
        writer.End(writer.BeginLength()); // no properties
        foreach (var filter in filters)
        {
            writer.String(filter);
        }

        writer.End(packet);
    }
}
