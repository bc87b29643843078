using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace EdgeSync.Primitives;

/// <summary>
/// A content digest, <c>sha256:</c> and 64 lower-case hexadecimal digits (OCI image specification, "Digests"). Other
/// algorithms and upper-case digits are refused, so that equal content has one spelling only.
/// </summary>
[JsonConverter(typeof(DigestJsonConverter))]
public readonly record struct Digest : IComparable<Digest>
{
    private const string Prefix = "sha256:";
    private const int HexLength = 64;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    // The bytes of the hash, the first ones in the high half. Half of what the digits take, and in place: an agent remembers many.
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private Digest(ReadOnlySpan<byte> hash)
    {
        _high = BinaryPrimitives.ReadUInt128BigEndian(hash);
        _low = BinaryPrimitives.ReadUInt128BigEndian(hash[(SHA256.HashSizeInBytes / 2)..]);
    }

    /// <summary>The 64 hexadecimal digits without the algorithm.</summary>
    public string Hex
    {
        get
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            BinaryPrimitives.WriteUInt128BigEndian(hash, _high);
            BinaryPrimitives.WriteUInt128BigEndian(hash[(SHA256.HashSizeInBytes / 2)..], _low);
            return Convert.ToHexStringLower(hash);
        }
    }

    /// <summary>The digest of these bytes.</summary>
    public static Digest Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return FromHash(hash);
    }

    /// <summary>Wraps a finished SHA-256 hash of 32 bytes.</summary>
    public static Digest FromHash(ReadOnlySpan<byte> hash)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hash.Length, SHA256.HashSizeInBytes);
        return new Digest(hash);
    }

    /// <summary>Reads <c>sha256:</c> and 64 lower-case hexadecimal digits; false for anything else.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        if (text is null || text.Length != Prefix.Length + HexLength || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var hex = text.AsSpan(Prefix.Length);
        if (hex.ContainsAnyExcept(HexDigits))
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Convert.FromHexString(hex, hash, out _, out _);
        digest = new Digest(hash);
        return true;
    }

    /// <summary>As <see cref="TryParse"/>, but throws <see cref="FormatException"/> with the refused text.</summary>
    public static Digest Parse(string text) =>
        TryParse(text, out var digest)
            ? digest
            : throw new FormatException($"'{text}' is not a digest: it must be 'sha256:' and 64 lower-case hexadecimal digits");

    /// <inheritdoc/>
    public int CompareTo(Digest other) => _high.CompareTo(other._high) is not 0 and var order ? order : _low.CompareTo(other._low);

    /// <summary>The first 12 hexadecimal digits, for people.</summary>
    public string ToShortString() => Hex[..12];

    /// <inheritdoc/>
    public override string ToString() => Prefix + Hex;

    /// <summary>Orders by the hexadecimal digits.</summary>
    public static bool operator <(Digest left, Digest right) => left.CompareTo(right) < 0;

    /// <summary>Orders by the hexadecimal digits.</summary>
    public static bool operator >(Digest left, Digest right) => left.CompareTo(right) > 0;

    /// <summary>Orders by the hexadecimal digits.</summary>
    public static bool operator <=(Digest left, Digest right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by the hexadecimal digits.</summary>
    public static bool operator >=(Digest left, Digest right) => left.CompareTo(right) >= 0;
}
