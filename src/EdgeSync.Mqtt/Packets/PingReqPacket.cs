namespace EdgeSync.Mqtt.Packets;

/// <summary>PINGREQ (MQTT 5.0, section 3.12).</summary>
internal static class PingReqPacket
{
    public static void Write(PacketWriter writer) => writer.End(writer.BeginPacket(PacketType.PingReq));
}
