using System.Buffers.Binary;
using System.Text;

namespace EdgeSync.Mqtt.Packets;

/// <summary>
/// Collects whole packets in one growing buffer. Lengths come before what they count, so room for the longest form is left and closed
/// up when the length is known. What is written was checked before (<see cref="MessageRules"/>).
/// </summary>
internal sealed class PacketWriter
{
    private const int InitialSize = 1024;
    private const int LongestLength = 4;
    private const int KeptSize = 64 * 1024;

    private byte[] _buffer = new byte[InitialSize];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    /// <summary>Empties the buffer, and gives a large one back.</summary>
    public void Clear()
    {
        Length = 0;
        if (_buffer.Length > KeptSize)
        {
            _buffer = new byte[InitialSize];
        }
    }

    /// <summary>Takes back everything from a position on: a packet that turned out too large for the server.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Starts a packet; the result goes to <see cref="End"/>.</summary>
    public int BeginPacket(PacketType type, int flags = 0)
    {
        Byte((byte)((int)type << 4 | flags));
        return BeginLength();
    }

    /// <summary>Leaves room for a length; the result goes to <see cref="End"/>.</summary>
    public int BeginLength()
    {
        Grow(LongestLength);
        return Length;
    }

    /// <summary>Writes the length of everything since the matching begin, in its shortest form.</summary>
    public void End(int start)
    {
        var content = Length - start;
        Span<byte> encoded = stackalloc byte[LongestLength];
        var count = EncodeVariableInteger(content, encoded);
        var from = start - LongestLength;
        encoded[..count].CopyTo(_buffer.AsSpan(from));
        _buffer.AsSpan(start, content).CopyTo(_buffer.AsSpan(from + count));
        Length = from + count + content;
    }

    public void Byte(byte value) => Grow(1)[0] = value;

    public void UInt16(int value) => BinaryPrimitives.WriteUInt16BigEndian(Grow(2), checked((ushort)value));

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Grow(4), value);

    public void String(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        UInt16(count);
        Encoding.UTF8.GetBytes(value, Grow(count));
    }

    public void Binary(ReadOnlySpan<byte> value)
    {
        UInt16(value.Length);
        Raw(value);
    }

    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Grow(value.Length));

    public void Property(PropertyId id, byte value)
    {
        Byte((byte)id);
        Byte(value);
    }

    public void Property(PropertyId id, ushort value)
    {
        Byte((byte)id);
        UInt16(value);
    }

    public void Property(PropertyId id, uint value)
    {
        Byte((byte)id);
        UInt32(value);
    }

    public void Property(PropertyId id, string value)
    {
        Byte((byte)id);
        String(value);
    }

    private static int EncodeVariableInteger(int value, Span<byte> into)
    {
        var count = 0;
        do
        {
            var part = (byte)(value & 0x7F);
            value >>= 7;
            into[count++] = (byte)(value > 0 ? part | 0x80 : part);
        }
        while (value > 0);

        return count;
    }

    private Span<byte> Grow(int count)
    {
        if (_buffer.Length - Length < count)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        }

        var room = _buffer.AsSpan(Length, count);
        Length += count;
        return room;
    }
}
