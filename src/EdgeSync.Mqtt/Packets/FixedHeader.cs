namespace EdgeSync.Mqtt.Packets;

/// <summary>The first two to five bytes of a packet (MQTT 5.0, section 2.1.1).</summary>
internal readonly record struct FixedHeader(PacketType Type, byte Flags, int RemainingLength, int Length)
{
    private const int MaximumVariableIntegerLength = 4;

    /// <summary>
    /// Reads the header from the front; false where more bytes are needed. The first byte is judged as soon as it is there, so that a
    /// bad one is not waited on.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FixedHeader header)
    {
        header = default;
        if (bytes.IsEmpty)
        {
            return false;
        }

        var type = (PacketType)(bytes[0] >> 4);
        var flags = (byte)(bytes[0] & 0x0F);
        CheckFlags(type, flags);

        var value = 0;
        for (var index = 0; index < MaximumVariableIntegerLength; index++)
        {
            if (bytes.Length <= index + 1)
            {
                return false;
            }

            var part = bytes[index + 1];
            value |= (part & 0x7F) << (7 * index);
            if ((part & 0x80) == 0)
            {
                CheckMinimal(part, index);
                header = new FixedHeader(type, flags, value, index + 2);
                return true;
            }
        }

        throw MqttFailures.Malformed("a remaining length of more than four bytes");
    }

    // [MQTT-2.1.3-1]: reserved flags have a fixed value, and anything else is malformed.
    private static void CheckFlags(PacketType type, byte flags)
    {
        var valid = type switch
        {
            0 => false,
            PacketType.Publish => (flags & 0b0110) != 0b0110 && ((flags & 0b1000) == 0 || (flags & 0b0110) != 0),
            PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe => flags == 0b0010,
            _ => flags == 0,
        };
        if (!valid)
        {
            throw MqttFailures.Malformed($"the first byte 0x{((int)type << 4) | flags:X2}");
        }
    }

    // [MQTT-1.5.5-1]: the shortest form only.
    private static void CheckMinimal(byte last, int index)
    {
        if (last == 0 && index > 0)
        {
            throw MqttFailures.Malformed("a remaining length that is not in its shortest form");
        }
    }
}
