using System.Buffers.Binary;
using System.Text;

namespace EdgeSync.Signing.Tests.Notation.World;

/// <summary>Writes CBOR value by value, including encodings that no honest writer makes.</summary>
internal static class CborText
{
    public static byte[] Number(long value) => value >= 0 ? Head(0, (ulong)value) : Head(1, (ulong)(-1 - value));

    public static byte[] Bytes(byte[] value) => [.. Head(2, (ulong)value.Length), .. value];

    public static byte[] Utf8(string value) => [.. Head(3, (ulong)Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value)];

    public static byte[] List(params byte[][] values) => [.. Head(4, (ulong)values.Length), .. values.SelectMany(v => v)];

    public static byte[] Map(IReadOnlyList<(byte[] Key, byte[] Value)> pairs) =>
        [.. Head(5, (ulong)pairs.Count), .. pairs.SelectMany(p => p.Key.Concat(p.Value))];

    /// <summary>Shorter keys first, keys of one length by their bytes (RFC 7049, section 3.9).</summary>
    public static byte[] Sorted(IEnumerable<(byte[] Key, byte[] Value)> pairs) =>
        Map([.. pairs.Order(Comparer<(byte[] Key, byte[] Value)>.Create((x, y) =>
            x.Key.Length != y.Key.Length ? x.Key.Length.CompareTo(y.Key.Length) : x.Key.AsSpan().SequenceCompareTo(y.Key)))]);

    public static byte[] Tag(ulong tag, byte[] value) => [.. Head(6, tag), .. value];

    /// <summary>The head in its shortest form, or in one of this many bytes more.</summary>
    public static byte[] Head(int kind, ulong value, int? length = null)
    {
        var eight = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(eight, value);
        return (length ?? (value < 24 ? 0 : value <= byte.MaxValue ? 1 : value <= ushort.MaxValue ? 2 : value <= uint.MaxValue ? 4 : 8)) switch
        {
            0 => [(byte)((kind << 5) | (int)value)],
            1 => [(byte)((kind << 5) | 24), eight[7]],
            2 => [(byte)((kind << 5) | 25), .. eight[6..]],
            4 => [(byte)((kind << 5) | 26), .. eight[4..]],
            _ => [(byte)((kind << 5) | 27), .. eight],
        };
    }
}
