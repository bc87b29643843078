namespace EdgeSync.Bundles.Archives;

/// <summary>
/// Compresses by RFC 1951 with the fixed Huffman codes. The platform's zlib is not used to write, because its output for the same bytes differs between its
/// versions and between processors, and a bundle's digest must not. YAML becomes about a seventh; zlib would save a fifth more.
/// </summary>
internal sealed class DeflateEncoder
{
    private const int MinMatch = 3;
    private const int MaxMatch = 258;
    private const int WindowSize = 32 * 1024;
    private const int HashBits = 15;
    private const int MaxChain = 96;
    private const int EndOfBlock = 256;

    private static readonly int[] LengthBases = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
    private static readonly int[] LengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
    private static readonly int[] DistanceBases =
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];

    private readonly byte[] _input;
    private readonly List<byte> _output;
    private readonly int[] _heads = new int[1 << HashBits];
    private readonly int[] _previous;
    private uint _pending;
    private int _pendingBits;

    private DeflateEncoder(byte[] input, List<byte> output)
    {
        _input = input;
        _output = output;
        _previous = new int[input.Length];
        Array.Fill(_heads, -1);
    }

    /// <summary>Appends the compressed form of the input.</summary>
    public static void Encode(byte[] input, List<byte> output) => new DeflateEncoder(input, output).Run();

    private void Run()
    {
        // One final block, with fixed codes.
        Write(0b011, 3);
        for (var at = 0; at < _input.Length;)
        {
            var (length, distance) = FindMatch(at);
            if (length >= MinMatch)
            {
                WriteMatch(length, distance);
            }
            else
            {
                length = 1;
                WriteSymbol(_input[at]);
            }

            for (var end = at + length; at < end; at++)
            {
                Remember(at);
            }
        }

        WriteSymbol(EndOfBlock);
        if (_pendingBits > 0)
        {
            _output.Add((byte)_pending);
        }
    }

    private (int Length, int Distance) FindMatch(int at)
    {
        var limit = Math.Min(MaxMatch, _input.Length - at);
        if (limit < MinMatch)
        {
            return default;
        }

        var (best, distance) = (0, 0);
        var candidate = _heads[HashAt(at)];
        for (var chain = 0; chain < MaxChain && candidate >= 0 && at - candidate <= WindowSize; chain++, candidate = _previous[candidate])
        {
            var length = _input.AsSpan(at, limit).CommonPrefixLength(_input.AsSpan(candidate, limit));
            if (length > best)
            {
                (best, distance) = (length, at - candidate);
                if (length == limit)
                {
                    break;
                }
            }
        }

        return (best, distance);
    }

    private void Remember(int at)
    {
        if (at + MinMatch <= _input.Length)
        {
            var hash = HashAt(at);
            _previous[at] = _heads[hash];
            _heads[hash] = at;
        }
    }

    private int HashAt(int at)
    {
        var three = (uint)(_input[at] | (_input[at + 1] << 8) | (_input[at + 2] << 16));
        return (int)((three * 2654435761u) >> (32 - HashBits));
    }

    private void WriteMatch(int length, int distance)
    {
        var code = Array.BinarySearch(LengthBases, length) is var found && found >= 0 ? found : ~found - 1;
        WriteSymbol(EndOfBlock + 1 + code);
        Write((uint)(length - LengthBases[code]), LengthBits[code]);

        var distanceCode = Array.BinarySearch(DistanceBases, distance) is var place && place >= 0 ? place : ~place - 1;
        Write(Reverse((uint)distanceCode, 5), 5);
        Write((uint)(distance - DistanceBases[distanceCode]), Math.Max(0, (distanceCode / 2) - 1));
    }

    // RFC 1951, section 3.2.6.
    private void WriteSymbol(int symbol)
    {
        var (code, bits) = symbol switch
        {
            < 144 => (0x30 + symbol, 8),
            < 256 => (0x190 + symbol - 144, 9),
            < 280 => (symbol - 256, 7),
            _ => (0xC0 + symbol - 280, 8),
        };
        Write(Reverse((uint)code, bits), bits);
    }

    private void Write(uint value, int bits)
    {
        _pending |= value << _pendingBits;
        _pendingBits += bits;
        for (; _pendingBits >= 8; _pendingBits -= 8)
        {
            _output.Add((byte)_pending);
            _pending >>= 8;
        }
    }

    // Huffman codes are written with the highest bit first, everything else with the lowest.
    private static uint Reverse(uint value, int bits)
    {
        var reversed = 0u;
        for (var i = 0; i < bits; i++)
        {
            reversed = (reversed << 1) | ((value >> i) & 1);
        }

        return reversed;
    }
}
