using System.Text;

namespace EdgeSync.Kubernetes.Runtime;

/// <summary>
/// Walks over the fields of one protobuf message, strictly: what runs over the end, is longer than its type or uses a wire type that CRI
/// does not is an <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = message;
    private ProtobufWireType _wireType;

    /// <summary>The number of the field that <see cref="MoveNext"/> came to.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field. The value of the field before must have been read or skipped.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        Field = tag <= uint.MaxValue ? (int)(tag >> 3) : 0;
        _wireType = (ProtobufWireType)(tag & 7);
        return Field > 0 ? true : throw new InvalidDataException("a protobuf field has the number 0 or one that is too large");
    }

    public ulong ReadUInt64()
    {
        Expect(ProtobufWireType.Varint);
        return Varint();
    }

    public ReadOnlySpan<byte> ReadBytes()
    {
        Expect(ProtobufWireType.LengthDelimited);
        return Take(Varint());
    }

    public string ReadString()
    {
        try
        {
            return StrictUtf8.GetString(ReadBytes());
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException($"the text in protobuf field {Field} is not UTF-8", failure);
        }
    }

    /// <summary>Passes over the value of a field that is not known.</summary>
    public void Skip()
    {
        switch (_wireType)
        {
            case ProtobufWireType.Varint:
                Varint();
                break;
            case ProtobufWireType.Fixed64:
                Take(8);
                break;
            case ProtobufWireType.LengthDelimited:
                Take(Varint());
                break;
            case ProtobufWireType.Fixed32:
                Take(4);
                break;
            default:
                throw new InvalidDataException($"protobuf field {Field} has the wire type {(int)_wireType}");
        }
    }

    private readonly void Expect(ProtobufWireType wireType)
    {
        if (_wireType != wireType)
        {
            throw new InvalidDataException($"protobuf field {Field} has the wire type {(int)_wireType}, not {(int)wireType}");
        }
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw new InvalidDataException($"protobuf field {Field} is longer than its message");
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private ulong Varint()
    {
        const int MaxBytes = 10;
        var value = 0UL;
        for (var at = 0; at < MaxBytes && at < _rest.Length; at++)
        {
            var part = _rest[at];
            if (at == MaxBytes - 1 && part > 1)
            {
                break;
            }

            value |= (ulong)(part & 0x7F) << (7 * at);
            if ((part & 0x80) == 0)
            {
                _rest = _rest[(at + 1)..];
                return value;
            }
        }

        throw new InvalidDataException("a protobuf number has no end or is too large");
    }
}
