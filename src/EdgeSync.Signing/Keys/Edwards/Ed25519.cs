using System.Security.Cryptography;

namespace EdgeSync.Signing.Keys.Edwards;

/// <summary>
/// Verifies Ed25519 signatures (RFC 8032, section 5.1.7, without the cofactor), since .NET has no Ed25519. There is no signing here, and thus no
/// secret: nothing needs to run in constant time. Every value has one spelling only, and keys of small order are refused.
/// </summary>
internal static class Ed25519
{
    public const int KeySize = 32;
    public const int SignatureSize = 64;

    private static ReadOnlySpan<byte> Prefix => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    /// <summary>Whether these bytes are a key that can have a signer.</summary>
    public static bool IsKey(ReadOnlySpan<byte> key) => CurvePoint.TryRead(key, out var point) && !point.IsOfSmallOrder;

    /// <summary>The key's 32 bytes of a SubjectPublicKeyInfo (RFC 8410, section 4), which has one spelling only.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> subjectPublicKeyInfo, out ReadOnlySpan<byte> key)
    {
        var found = subjectPublicKeyInfo.Length == Prefix.Length + KeySize && subjectPublicKeyInfo.StartsWith(Prefix);
        key = found ? subjectPublicKeyInfo[Prefix.Length..] : default;
        return found;
    }

    public static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureSize
            || !Scalar.TryRead(signature[32..], out var s)
            || !CurvePoint.TryRead(key, out var a)
            || a.IsOfSmallOrder)
        {
            return false;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(signature[..32]);
        hash.AppendData(key);
        hash.AppendData(message);
        Span<byte> encoded = stackalloc byte[FieldElement.Size];
        Combine(s, Scalar.Reduce(hash.GetHashAndReset()), a.Negate()).Write(encoded);
        return encoded.SequenceEqual(signature[..32]);
    }

    // s times the base point plus k times the other, both bit by bit at once.
    private static CurvePoint Combine(Scalar s, Scalar k, CurvePoint point)
    {
        var both = CurvePoint.Base + point;
        var sum = CurvePoint.Identity;
        for (var bit = Scalar.Bits - 1; bit >= 0; bit--)
        {
            sum += sum;
            sum = (s.Bit(bit), k.Bit(bit)) switch
            {
                (true, true) => sum + both,
                (true, false) => sum + CurvePoint.Base,
                (false, true) => sum + point,
                _ => sum,
            };
        }

        return sum;
    }
}
