using System.Text;

namespace EdgeSync.Bundles.Archives;

/// <summary>One header block of a tar archive (POSIX ustar), read strictly.</summary>
internal sealed record TarHeader(string Name, long Size, char Type)
{
    public const int BlockSize = 512;

    public const char File = '0';
    public const char Folder = '5';
    public const char Extended = 'x';
    public const char GlobalExtended = 'g';

    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a block that is not all zeros. Throws <see cref="ArchiveException"/>.</summary>
    public static TarHeader Read(ReadOnlySpan<byte> block)
    {
        var isPosix = block[257..265].SequenceEqual("ustar\u000000"u8);
        var isGnu = block[257..265].SequenceEqual("ustar  \0"u8);
        if (!isPosix && !isGnu)
        {
            throw new ArchiveException("it has a header that is not ustar");
        }

        if (Octal(block.Slice(ChecksumOffset, ChecksumLength), "checksum") != ChecksumOf(block))
        {
            throw new ArchiveException("a header has a wrong checksum");
        }

        var type = block[156] == 0 ? File : (char)block[156];
        var name = Text(block[..100], "name");

        // GNU's own format has times in the place of ustar's prefix.
        var prefix = isPosix ? Text(block[345..500], "prefix") : "";
        return new TarHeader(prefix.Length == 0 ? name : $"{prefix}/{name}", Octal(block[124..136], "size"), type);
    }

    /// <summary>The sum of all bytes, with the checksum itself read as blanks.</summary>
    public static int ChecksumOf(ReadOnlySpan<byte> block)
    {
        var sum = ChecksumLength * ' ';
        for (var i = 0; i < block.Length; i++)
        {
            sum += i is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? 0 : block[i];
        }

        return sum;
    }

    /// <summary>The length with the padding to whole blocks.</summary>
    public static long Padded(long length) => (length + BlockSize - 1) / BlockSize * BlockSize;

    /// <summary>Strict UTF-8 without NUL.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string what)
    {
        try
        {
            return bytes.Contains((byte)0) ? throw new ArchiveException($"a {what} has a NUL in it") : Strict.GetString(bytes);
        }
        catch (DecoderFallbackException failure)
        {
            throw new ArchiveException($"a {what} is not valid UTF-8", failure);
        }
    }

    private static string Text(ReadOnlySpan<byte> field, string what)
    {
        var end = field.IndexOf((byte)0);
        return end >= 0 && field[end..].ContainsAnyExcept((byte)0)
            ? throw new ArchiveException($"a {what} has bytes behind its end")
            : Decode(end < 0 ? field : field[..end], what);
    }

    // Octal digits, ended by blanks or NULs. GNU's binary numbers (highest bit set) are refused: sizes that need them are refused anyway.
    private static long Octal(ReadOnlySpan<byte> field, string what)
    {
        var digits = field.TrimStart((byte)' ').TrimEnd(" \0"u8);
        var value = 0L;
        foreach (var digit in digits)
        {
            value = digit is >= (byte)'0' and <= (byte)'7' ? (value * 8) + digit - '0' : throw new ArchiveException($"a header has a {what} that is not octal");
        }

        return digits.IsEmpty ? throw new ArchiveException($"a header has no {what}") : value;
    }
}
