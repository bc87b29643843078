namespace EdgeSync.Mqtt.Packets;

/// <summary>DISCONNECT (MQTT 5.0, section 3.14).</summary>
internal readonly record struct DisconnectPacket(MqttReasonCode Code, string? ReasonString, string? ServerReference)
{
    public static DisconnectPacket Read(ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        if (reader.AtEnd)
        {
            return default; // section 3.14.2.1: no reason code means a normal disconnection
        }

        var packet = new DisconnectPacket(ReasonCodeTable.Check(reader.ReadByte(), ReasonCodeTable.Disconnect, "DISCONNECT"), null, null);
        if (!reader.AtEnd)
        {
            packet = ReadProperties(packet, reader.ReadProperties(PropertyTable.Disconnect));
        }

        reader.ExpectEnd();
        return packet;
    }

    public static void Write(PacketWriter writer, MqttReasonCode code)
    {
        var packet = writer.BeginPacket(PacketType.Disconnect);
        if (code != MqttReasonCode.Success)
        {
            writer.Byte((byte)code);
        }

        writer.End(packet);
    }

    private static DisconnectPacket ReadProperties(DisconnectPacket packet, PropertyReader properties)
    {
        while (properties.Next(out var id))
        {
            switch (id)
            {
                case PropertyId.ReasonString:
                    packet = packet with { ReasonString = properties.ReadString() };
                    break;
                case PropertyId.ServerReference:
                    packet = packet with { ServerReference = properties.ReadString() };
                    break;
                case PropertyId.SessionExpiryInterval:
                    throw MqttFailures.Protocol("a session expiry in a server's DISCONNECT"); // [MQTT-3.14.2-2]
                default:
                    properties.SkipUserProperty();
                    break;
            }
        }

        return packet;
    }
}
