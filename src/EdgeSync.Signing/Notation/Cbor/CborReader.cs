using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace EdgeSync.Signing.Notation.Cbor;

/// <summary>
/// Reads CBOR in its deterministic encoding (RFC 8949, section 4.2.1) and nothing else: definite lengths, the shortest heads, keys in ascending order
/// and so none twice, no floating point. One content has one spelling. Throws <see cref="FormatException"/>; nothing is allocated for a length before
/// the bytes are seen to be there.
/// </summary>
internal ref struct CborReader(ReadOnlySpan<byte> content)
{
    /// <summary>How deep values that are not known may nest.</summary>
    public const int MaxDepth = 8;

    private ReadOnlySpan<byte> _rest = content;

    public readonly CborKind Kind => (CborKind)((_rest.Length > 0 ? _rest[0] : throw Cut()) >> 5);

    public long ReadInteger()
    {
        var isNegative = Kind == CborKind.Negative;
        var value = ReadHead(isNegative ? CborKind.Negative : CborKind.Unsigned);
        return value <= long.MaxValue
            ? isNegative ? -1 - (long)value : (long)value
            : throw new FormatException("the CBOR number is larger than 64 bits with a sign");
    }

    public ReadOnlySpan<byte> ReadBytes(int max) => Take(ReadLength(CborKind.Bytes, max));

    public string ReadText(int max)
    {
        var bytes = Take(ReadLength(CborKind.Text, max));
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw new FormatException("the CBOR text is not valid UTF-8");
    }

    /// <summary>The number of values that follow.</summary>
    public int ReadList(int max) => ReadLength(CborKind.List, max);

    /// <summary>The number of pairs that follow; each key is to be read with <see cref="ReadKey"/>.</summary>
    public int ReadMap(int max) => ReadLength(CborKind.Map, max);

    /// <summary>False, true, null or undefined. What is left of this kind are floating point numbers, which have many spellings.</summary>
    public byte ReadSimple() =>
        Take(1)[0] is var simple and >= 0xf4 and <= 0xf7 ? simple : throw new FormatException("the CBOR value is of a simple kind that is not known");

    public ulong ReadTag() => ReadHead(CborKind.Tag);

    /// <summary>Reads a key, and refuses one that does not come after <paramref name="last"/>, which is empty for the first.</summary>
    public CborKey ReadKey(ref ReadOnlySpan<byte> last, int maxText)
    {
        var start = _rest;
        var key = Kind switch
        {
            CborKind.Unsigned or CborKind.Negative => new CborKey(ReadInteger(), null),
            CborKind.Text => new CborKey(null, ReadText(maxText)),
            _ => throw new FormatException("a CBOR key is neither a number nor a text"),
        };
        CheckOrder(start[..^_rest.Length], ref last);
        return key;
    }

    /// <summary>Passes over one value of any kind, in bounded depth, as strictly as if it were read.</summary>
    public void Skip() => Skip(0);

    /// <summary>Refuses anything behind the last value.</summary>
    public readonly void End()
    {
        if (_rest.Length > 0)
        {
            throw new FormatException("there are bytes behind the CBOR value");
        }
    }

    private void Skip(int depth)
    {
        if (depth == MaxDepth)
        {
            throw new FormatException($"the CBOR value nests deeper than {MaxDepth}");
        }

        switch (Kind)
        {
            case CborKind.Unsigned or CborKind.Negative:
                ReadInteger();
                break;
            case CborKind.Bytes:
                ReadBytes(int.MaxValue);
                break;
            case CborKind.Text:
                ReadText(int.MaxValue);
                break;
            case CborKind.List:
                for (var left = ReadList(int.MaxValue); left > 0; left--)
                {
                    Skip(depth + 1);
                }

                break;
            case CborKind.Map:
                SkipMap(depth);
                break;
            case CborKind.Tag:
                ReadTag();
                Skip(depth + 1);
                break;
            default:
                ReadSimple();
                break;
        }
    }

    private void SkipMap(int depth)
    {
        ReadOnlySpan<byte> last = [];
        for (var left = ReadMap(int.MaxValue); left > 0; left--)
        {
            var start = _rest;
            Skip(depth + 1);
            CheckOrder(start[..^_rest.Length], ref last);
            Skip(depth + 1);
        }
    }

    private static void CheckOrder(ReadOnlySpan<byte> key, ref ReadOnlySpan<byte> last)
    {
        var order = last.IsEmpty ? 1 : key.SequenceCompareTo(last);
        if (order <= 0)
        {
            throw new FormatException(order == 0 ? "a CBOR key stands twice" : "the CBOR keys are not in ascending order");
        }

        last = key;
    }

    private int ReadLength(CborKind kind, int max)
    {
        var length = ReadHead(kind);

        // Each value of a list takes a byte at least, so that no length beyond the rest can be true.
        if (length > (ulong)_rest.Length)
        {
            throw Cut();
        }

        return length <= (ulong)max ? (int)length : throw new FormatException($"the CBOR length {length} is more than {max}");
    }

    private ulong ReadHead(CborKind kind)
    {
        if (Kind != kind)
        {
            throw new FormatException($"the CBOR value is {Kind} where {kind} is due");
        }

        var low = Take(1)[0] & 0x1f;
        if (low < 24)
        {
            return (ulong)low;
        }

        var (value, least) = low switch
        {
            24 => (Take(1)[0], 24UL),
            25 => (BinaryPrimitives.ReadUInt16BigEndian(Take(2)), 0x100UL),
            26 => (BinaryPrimitives.ReadUInt32BigEndian(Take(4)), 0x1_0000UL),
            27 => (BinaryPrimitives.ReadUInt64BigEndian(Take(8)), 0x1_0000_0000UL),
            31 => throw new FormatException("the CBOR value has no definite length"),
            _ => throw new FormatException("the CBOR value has a head that is reserved"),
        };
        return value >= least ? value : throw new FormatException("the CBOR head is not in its shortest form");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            throw Cut();
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private static FormatException Cut() => new("the CBOR value is cut short");
}
