namespace EdgeSync.Mqtt.Packets;

/// <summary>The properties that PUBACK, SUBACK and UNSUBACK share: a reason string, and user properties that nobody asks for.</summary>
internal static class AcknowledgementProperties
{
    public static string? Read(ref PacketReader reader)
    {
        string? reason = null;
        var properties = reader.ReadProperties(PropertyTable.Acknowledgement);
        while (properties.Next(out var id))
        {
            if (id == PropertyId.ReasonString)
            {
                reason = properties.ReadString();
            }
            else
            {
                properties.SkipUserProperty();
            }
        }

        return reason;
    }
}
