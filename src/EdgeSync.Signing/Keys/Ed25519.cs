using BouncyCastleEd25519 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace EdgeSync.Signing.Keys;

/// <summary>
/// Verifies Ed25519 signatures (RFC 8032, section 5.1.7) with BouncyCastle, because .NET has no Ed25519. Accepts only canonical encodings of points
/// of the prime order.
/// </summary>
internal static class Ed25519
{
    public const int KeySize = 32;
    public const int SignatureSize = 64;

    private static ReadOnlySpan<byte> Prefix => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    /// <summary>
    /// Whether these bytes are the canonical encoding of a point of the prime order. A key of small order verifies signatures that no key holder made, and no
    /// tool generates a key of mixed order.
    /// </summary>
    public static bool IsKey(ReadOnlySpan<byte> key) => IsOfPrimeOrder(key);

    /// <summary>Reads the 32 bytes of the key from a SubjectPublicKeyInfo (RFC 8410, section 4), which has exactly one encoding.</summary>
    public static bool TryReadKey(ReadOnlySpan<byte> subjectPublicKeyInfo, out ReadOnlySpan<byte> key)
    {
        var found = subjectPublicKeyInfo.Length == Prefix.Length + KeySize && subjectPublicKeyInfo.StartsWith(Prefix);
        key = found ? subjectPublicKeyInfo[Prefix.Length..] : default;
        return found;
    }

    /// <summary>Whether this key made this signature of this message; false for anything that is not a key or not a signature.</summary>
    public static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize
        && IsKey(key)
        && IsOfPrimeOrder(signature[..KeySize])
        && BouncyCastleEd25519.Verify(signature.ToArray(), 0, key.ToArray(), 0, message.ToArray(), 0, message.Length);

    // BouncyCastle multiplies the verification equation by a number that may be even, and so may accept a signature although the two sides differ by a
    // point of small order. They cannot differ that way if the key and the signature's point are both of the prime order.
    private static bool IsOfPrimeOrder(ReadOnlySpan<byte> point) =>
        point.Length == KeySize && BouncyCastleEd25519.ValidatePublicKeyFull(point.ToArray(), 0);
}
