namespace EdgeSync.Mqtt.Packets;

/// <summary>PUBACK (MQTT 5.0, section 3.4).</summary>
internal readonly record struct PubAckPacket(ushort PacketId, MqttReasonCode Code, string? ReasonString)
{
    public static PubAckPacket Read(ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        var packetId = reader.ReadPacketIdentifier();

        // Sections 3.4.2.1 and 3.4.2.2.1: no reason code means success, and without bytes behind it there are no properties.
        var code = reader.AtEnd
            ? MqttReasonCode.Success
            : ReasonCodeTable.Check(reader.ReadByte(), ReasonCodeTable.PubAck, "PUBACK");
        var reason = reader.AtEnd ? null : AcknowledgementProperties.Read(ref reader);
        reader.ExpectEnd();
        return new PubAckPacket(packetId, code, reason);
    }

    /// <summary>The client acknowledges with success only, which has the short form.</summary>
    public static void Write(PacketWriter writer, ushort packetId)
    {
        var packet = writer.BeginPacket(PacketType.PubAck);
        writer.UInt16(packetId);
        writer.End(packet);
    }
}
