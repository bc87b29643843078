using System.Formats.Cbor;

namespace EdgeSync.Signing.Notation.Envelopes;

/// <summary>
/// Reads CBOR in its canonical form (RFC 7049, section 3.9): definite lengths, shortest numbers, and map keys in order and each once. Adds to
/// <see cref="CborReader"/> what it does not check: limits on lengths and depth, no floating point numbers, and no bytes after the value. Every fault is a
/// <see cref="FormatException"/>.
/// </summary>
internal sealed class CanonicalCbor(ReadOnlyMemory<byte> content)
{
    /// <summary>How deep skipped values may nest.</summary>
    public const int MaxDepth = 8;

    private readonly CborReader _reader = new(content, CborConformanceMode.Canonical);

    /// <summary>Whether the next value is a text.</summary>
    public bool IsText => Run(r => r.PeekState()) == CborReaderState.TextString;

    public long ReadInteger()
    {
        Expect(CborReaderState.UnsignedInteger, CborReaderState.NegativeInteger);
        return Run(r => r.ReadInt64());
    }

    public byte[] ReadBytes(int max)
    {
        Expect(CborReaderState.ByteString);
        var value = Run(r => r.ReadByteString());
        return value.Length <= max ? value : throw TooLong(value.Length, max);
    }

    public string ReadText(int max)
    {
        Expect(CborReaderState.TextString);
        var value = Run(r => r.ReadTextString());
        return value.Length <= max ? value : throw TooLong(value.Length, max);
    }

    public void ReadTag(CborTag tag)
    {
        Expect(CborReaderState.Tag);
        if (Run(r => r.ReadTag()) is var found && found != tag)
        {
            throw new FormatException($"the CBOR value has the tag {(ulong)found}, not {(ulong)tag}");
        }
    }

    /// <summary>Reads a list; <paramref name="readValue"/> must read exactly one value each time it is called.</summary>
    public void ReadList(int max, Action readValue)
    {
        var count = ReadStartList();
        for (var left = count <= max ? count : throw TooLong(count, max); left > 0; left--)
        {
            readValue();
        }

        ReadEndList();
    }

    /// <summary>Reads the start of a list and returns the number of values.</summary>
    public int ReadStartList()
    {
        Expect(CborReaderState.StartArray);
        return Run(r => r.ReadStartArray()!.Value);
    }

    public void ReadEndList() => Run(r =>
    {
        r.ReadEndArray();
        return true;
    });

    /// <summary>Reads a map whose keys are numbers or texts; <paramref name="readValue"/> must read exactly one value each time it is called.</summary>
    public void ReadMap(int max, int maxKeyLength, Action<long?, string?> readValue)
    {
        Expect(CborReaderState.StartMap);
        var count = Run(r => r.ReadStartMap()!.Value);
        for (var left = count <= max ? count : throw TooLong(count, max); left > 0; left--)
        {
            switch (Run(r => r.PeekState()))
            {
                case CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger:
                    readValue(ReadInteger(), null);
                    break;
                case CborReaderState.TextString:
                    readValue(null, ReadText(maxKeyLength));
                    break;
                default:
                    throw new FormatException("a CBOR key is neither a number nor a text");
            }
        }

        Run(r =>
        {
            r.ReadEndMap();
            return true;
        });
    }

    /// <summary>Skips one value of any kind, and checks it as strictly as if it were read.</summary>
    public void Skip()
    {
        var depth = _reader.CurrentDepth;
        bool isTag;
        do
        {
            isTag = Run(SkipOne);
            if (_reader.CurrentDepth - depth > MaxDepth)
            {
                throw new FormatException($"the CBOR value nests deeper than {MaxDepth}");
            }
        }
        while (isTag || _reader.CurrentDepth > depth);
    }

    /// <summary>Refuses bytes after the last value.</summary>
    public void End()
    {
        if (_reader.BytesRemaining > 0)
        {
            throw new FormatException("there are bytes after the CBOR value");
        }
    }

    private static bool SkipOne(CborReader reader)
    {
        var state = reader.PeekState();
        switch (state)
        {
            case CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger:
                reader.ReadInt64();
                break;
            case CborReaderState.ByteString or CborReaderState.StartIndefiniteLengthByteString:
                reader.ReadByteString();
                break;
            case CborReaderState.TextString or CborReaderState.StartIndefiniteLengthTextString:
                reader.ReadTextString();
                break;
            case CborReaderState.StartArray:
                reader.ReadStartArray();
                break;
            case CborReaderState.EndArray:
                reader.ReadEndArray();
                break;
            case CborReaderState.StartMap:
                reader.ReadStartMap();
                break;
            case CborReaderState.EndMap:
                reader.ReadEndMap();
                break;
            case CborReaderState.Tag:
                reader.ReadTag();
                break;
            case CborReaderState.Boolean:
                reader.ReadBoolean();
                break;
            case CborReaderState.Null:
                reader.ReadNull();
                break;
            case CborReaderState.SimpleValue when reader.ReadSimpleValue() == CborSimpleValue.Undefined:
                break;
            default:
                throw new FormatException("the CBOR value is an unknown simple value or a floating point number");
        }

        return state == CborReaderState.Tag;
    }

    private void Expect(CborReaderState wanted, CborReaderState? other = null)
    {
        var state = Run(r => r.PeekState());
        if (state != wanted && state != other)
        {
            throw new FormatException($"the CBOR value is {NameOf(state)}, but must be {NameOf(wanted)}");
        }
    }

    private static string NameOf(CborReaderState state) => state switch
    {
        CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger => "a whole number",
        CborReaderState.ByteString => "bytes",
        CborReaderState.TextString => "text",
        CborReaderState.StartArray => "a list",
        CborReaderState.StartMap => "a map",
        CborReaderState.Tag => "a tag",
        CborReaderState.EndArray or CborReaderState.EndMap => "the end of a list or map",
        CborReaderState.Finished => "the end of the content",
        _ => "of another kind",
    };

    private T Run<T>(Func<CborReader, T> read)
    {
        try
        {
            return read(_reader);
        }
        catch (Exception failure) when (failure is CborContentException or InvalidOperationException)
        {
            throw new FormatException("the CBOR is damaged or not in its canonical form", failure);
        }
        catch (OverflowException failure)
        {
            throw new FormatException("the CBOR number does not fit into 64 bits with a sign", failure);
        }
    }

    private static FormatException TooLong(int length, int max) => new($"the CBOR length {length} is more than {max}");
}
