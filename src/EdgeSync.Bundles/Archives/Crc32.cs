namespace EdgeSync.Bundles.Archives;

/// <summary>The checksum of gzip (RFC 1952, section 8).</summary>
internal struct Crc32
{
    private static readonly uint[] Table = CreateTable();
    private uint _state;

    /// <summary>The checksum of all bytes so far.</summary>
    public readonly uint Value => _state;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var state = ~_state;
        foreach (var value in bytes)
        {
            state = Table[(byte)(state ^ value)] ^ (state >> 8);
        }

        _state = ~state;
    }

    private static uint[] CreateTable()
    {
        const uint Polynomial = 0xEDB88320;
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : Polynomial ^ (value >> 1);
            }

            table[i] = value;
        }

        return table;
    }
}
