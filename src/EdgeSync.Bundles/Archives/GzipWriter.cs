using System.Buffers.Binary;
using System.IO.Hashing;

namespace EdgeSync.Bundles.Archives;

/// <summary>Writes gzip (RFC 1952) whose bytes depend on the content only: no time, no file name, no operating system.</summary>
internal static class GzipWriter
{
    // Magic, deflate, no flags, no time, no extra flags, unknown system.
    private static readonly byte[] Header = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

    public static byte[] Write(byte[] content)
    {
        var output = new List<byte>((content.Length / 4) + 64);
        output.AddRange(Header);
        DeflateEncoder.Encode(content, output);

        Span<byte> trailer = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, Crc32.HashToUInt32(content));
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], (uint)content.Length);
        output.AddRange(trailer);
        return [.. output];
    }
}
