using System.Collections.Frozen;

namespace EdgeSync.Mqtt.Packets;

/// <summary>SUBACK and UNSUBACK (MQTT 5.0, sections 3.9 and 3.11), which differ in their codes alone.</summary>
internal sealed record SubscriptionAckPacket(ushort PacketId, IReadOnlyList<MqttReasonCode> Codes, string? ReasonString)
{
    public static SubscriptionAckPacket Read(PacketType type, ReadOnlySpan<byte> body)
    {
        var allowed = type == PacketType.SubAck ? ReasonCodeTable.SubAck : ReasonCodeTable.UnsubAck;
        var reader = new PacketReader(body);
        var packetId = reader.ReadPacketIdentifier();
        var reason = AcknowledgementProperties.Read(ref reader);
        return new SubscriptionAckPacket(packetId, ReadCodes(ref reader, allowed, type), reason);
    }

    private static List<MqttReasonCode> ReadCodes(ref PacketReader reader, FrozenSet<byte> allowed, PacketType type)
    {
        var codes = new List<MqttReasonCode>();
        var name = type == PacketType.SubAck ? "SUBACK" : "UNSUBACK";
        while (!reader.AtEnd)
        {
            codes.Add(ReasonCodeTable.Check(reader.ReadByte(), allowed, name));
        }

        return codes;
    }
}
