using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace EdgeSync.Mqtt.Packets;

/// <summary>
/// Reads the data types of MQTT 5.0, section 1.5, from the body of one packet. Every read is checked against the bytes that are left; what
/// does not fit is a malformed packet.
/// </summary>
internal ref struct PacketReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>A variable byte integer (section 1.5.5): at most four bytes, and the shortest form only.</summary>
    public int ReadVariableInteger()
    {
        var value = 0;
        for (var shift = 0; shift <= 21; shift += 7)
        {
            var part = ReadByte();
            value |= (part & 0x7F) << shift;
            if ((part & 0x80) == 0)
            {
                return part != 0 || shift == 0
                    ? value
                    : throw MqttFailures.Malformed("a variable byte integer that is not in its shortest form");
            }
        }

        throw MqttFailures.Malformed("a variable byte integer of more than four bytes");
    }

    /// <summary>A packet identifier, which is never zero [MQTT-2.2.1-3].</summary>
    public ushort ReadPacketIdentifier()
    {
        var identifier = ReadUInt16();
        return identifier != 0 ? identifier : throw MqttFailures.Protocol("a packet identifier of zero");
    }

    public string ReadString() => Encoding.UTF8.GetString(ReadUtf8());

    public void SkipString() => ReadUtf8();

    public byte[] ReadBinary() => Take(ReadUInt16()).ToArray();

    public byte[] ReadToEnd() => Take(_rest.Length).ToArray();

    /// <summary>The properties of this packet, as a reader of their own.</summary>
    public PropertyReader ReadProperties(ulong allowed) => new(new PacketReader(Take(ReadVariableInteger())), allowed);

    public readonly void ExpectEnd()
    {
        if (!_rest.IsEmpty)
        {
            throw MqttFailures.Malformed("bytes behind the end of the packet's content");
        }
    }

    // [MQTT-1.5.4-1], [MQTT-1.5.4-2]: well-formed UTF-8 without surrogates, and no U+0000.
    private ReadOnlySpan<byte> ReadUtf8()
    {
        var text = Take(ReadUInt16());
        return Utf8.IsValid(text) && !text.Contains((byte)0)
            ? text
            : throw MqttFailures.Malformed("a string that is not valid UTF-8");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw MqttFailures.Malformed("a field that is longer than the packet");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
