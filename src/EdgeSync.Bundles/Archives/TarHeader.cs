using System.Buffers.Binary;
using System.Text;

namespace EdgeSync.Bundles.Archives;

/// <summary>One header block of a tar archive, read strictly: POSIX ustar, and of other tools GNU tar's, star's and the old one of Unix V7.</summary>
internal sealed record TarHeader(string Name, string Link, long Size, char Type)
{
    public const int BlockSize = 512;

    public const char File = '0';
    public const char HardLink = '1';
    public const char Folder = '5';
    public const char ContiguousFile = '7';
    public const char VolumeLabel = 'V';
    public const char FolderContents = 'D';
    public const char SolarisAccess = 'A';

    private const int ChecksumOffset = 148;
    private const int ChecksumLength = 8;
    private const int StarPrefixLength = 131;
    private const int PrefixLength = 155;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a block that is not all zeros. Throws <see cref="ArchiveException"/>.</summary>
    public static TarHeader Read(ReadOnlySpan<byte> block, ArchiveDialect dialect)
    {
        var isPosix = block[257..265].SequenceEqual("ustar\u000000"u8);
        var isGnu = block[257..265].SequenceEqual("ustar  \0"u8);
        if (!isPosix && !isGnu && dialect == ArchiveDialect.Bundle)
        {
            throw new ArchiveException("it has a header that is not ustar");
        }

        if (!isPosix && !isGnu && !IsOctal(block.Slice(ChecksumOffset, ChecksumLength)))
        {
            throw new ArchiveException("it is no tar archive: a header is not ustar, and has no checksum");
        }

        var sum = Octal(block.Slice(ChecksumOffset, ChecksumLength), "checksum");
        if (sum != ChecksumOf(block) && (dialect == ArchiveDialect.Bundle || sum != SignedChecksumOf(block)))
        {
            throw new ArchiveException("a header has a wrong checksum");
        }

        // Only ustar has a prefix there. GNU's format has times in that place, and V7's has nothing.
        var isStar = dialect == ArchiveDialect.Foreign && block[508..512].SequenceEqual("tar\0"u8);
        var prefix = isPosix ? Text(block.Slice(345, isStar ? StarPrefixLength : PrefixLength), "prefix") : "";
        var name = Text(block[..100], "name");
        name = prefix.Length == 0 ? name : $"{prefix}/{name}";

        var type = block[156] == 0 ? File : (char)block[156];
        var isOldFolder = !isPosix && !isGnu && type == File && name.EndsWith('/');
        return new TarHeader(name, Text(block[157..257], "link"), Number(block[124..136], "size", dialect), isOldFolder ? Folder : type);
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

    // Some old tools added the bytes as signed numbers.
    private static int SignedChecksumOf(ReadOnlySpan<byte> block)
    {
        var sum = ChecksumLength * ' ';
        for (var i = 0; i < block.Length; i++)
        {
            sum += i is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? 0 : (sbyte)block[i];
        }

        return sum;
    }

    private static string Text(ReadOnlySpan<byte> field, string what)
    {
        var end = field.IndexOf((byte)0);
        return end >= 0 && field[end..].ContainsAnyExcept((byte)0)
            ? throw new ArchiveException($"a {what} has bytes behind its end")
            : Decode(end < 0 ? field : field[..end], what);
    }

    // A binary number (GNU, star) begins with the highest bit, and one that is negative with 0xFF.
    private static long Number(ReadOnlySpan<byte> field, string what, ArchiveDialect dialect)
    {
        if ((field[0] & 0x80) == 0 || dialect == ArchiveDialect.Bundle)
        {
            return Octal(field, what);
        }

        var value = BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
        return field[0] == 0x80 && !field[1..^8].ContainsAnyExcept((byte)0) && value >= 0
            ? value
            : throw new ArchiveException($"a header has a {what} that is negative or too large");
    }

    private static bool IsOctal(ReadOnlySpan<byte> field) =>
        field.TrimStart((byte)' ').TrimEnd(" \0"u8) is { IsEmpty: false } digits && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'7');

    // Octal digits, ended by blanks or NULs.
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
