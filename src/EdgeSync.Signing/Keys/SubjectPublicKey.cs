using System.Formats.Asn1;
using System.Security.Cryptography;

namespace EdgeSync.Signing.Keys;

/// <summary>
/// Reads a SubjectPublicKeyInfo (RFC 5280) and converts it to its canonical form, so that one key has one identifier regardless of its
/// encoding in the file.
/// </summary>
internal static class SubjectPublicKey
{
    public const int MinRsaBits = 2048;
    public const int MaxRsaBits = 8192;
    public const int MaxDerBytes = 4096;

    private const string EcOid = "1.2.840.10045.2.1";
    private const string P256Oid = "1.2.840.10045.3.1.7";
    private const string P384Oid = "1.3.132.0.34";
    private const string P521Oid = "1.3.132.0.35";
    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string Ed25519Oid = "1.3.101.112";

    /// <summary>The algorithm and the canonical DER; throws <see cref="SigningException"/> with the reason why a key is refused.</summary>
    public static (KeyAlgorithm Algorithm, byte[] Der) Read(ReadOnlySpan<byte> der, string name)
    {
        if (der.Length > MaxDerBytes)
        {
            throw Unusable(name, $"it has {der.Length} bytes, more than any key needs");
        }

        try
        {
            var algorithm = ReadAlgorithm(der, name);
            return (algorithm, algorithm switch
            {
                KeyAlgorithm.Rsa => CanonicalRsa(der, name),
                KeyAlgorithm.Ed25519 => CheckEd25519(der, name),
                _ => CanonicalEc(der),
            });
        }
        catch (Exception failure) when (failure is CryptographicException or AsnContentException)
        {
            throw new SigningException(SigningReasons.KeyUnusable, $"the key '{name}' cannot be used: it is damaged", failure) { Subject = name };
        }
    }

    private static KeyAlgorithm ReadAlgorithm(ReadOnlySpan<byte> der, string name)
    {
        var document = new AsnReader(der.ToArray(), AsnEncodingRules.DER);
        var info = document.ReadSequence();
        document.ThrowIfNotEmpty();
        var identifier = info.ReadSequence();
        return identifier.ReadObjectIdentifier() switch
        {
            EcOid => ReadCurve(identifier, name),
            RsaOid => KeyAlgorithm.Rsa,
            Ed25519Oid => KeyAlgorithm.Ed25519,
            var other => throw Unusable(name, $"its algorithm {other} is not one of ECDSA P-256, ECDSA P-384, Ed25519 and RSA"),
        };
    }

    private static KeyAlgorithm ReadCurve(AsnReader identifier, string name)
    {
        if (!identifier.HasData || identifier.PeekTag() != Asn1Tag.ObjectIdentifier)
        {
            throw Unusable(name, "its curve has no name (explicit parameters)");
        }

        return identifier.ReadObjectIdentifier() switch
        {
            P256Oid => KeyAlgorithm.EcdsaP256,
            P384Oid => KeyAlgorithm.EcdsaP384,
            P521Oid => throw Unusable(name, "its curve is P-521; use ECDSA P-256 or P-384"),
            var other => throw Unusable(name, $"its curve {other} is neither P-256 nor P-384"),
        };
    }

    // RFC 8410 allows one encoding only: no parameters, and 32 bytes.
    private static byte[] CheckEd25519(ReadOnlySpan<byte> der, string name) =>
        Ed25519.TryReadKey(der, out var key) && Ed25519.IsKey(key)
            ? der.ToArray()
            : throw Unusable(name, "it is no Ed25519 key that can have a signer");

    private static byte[] CanonicalEc(ReadOnlySpan<byte> der)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(der, out _);
        return key.ExportSubjectPublicKeyInfo();
    }

    private static byte[] CanonicalRsa(ReadOnlySpan<byte> der, string name)
    {
        using var key = RSA.Create();
        key.ImportSubjectPublicKeyInfo(der, out _);
        if (key.KeySize is < MinRsaBits or > MaxRsaBits)
        {
            throw Unusable(name, $"it is an RSA key of {key.KeySize} bits; use {MinRsaBits} to {MaxRsaBits}");
        }

        var exponent = key.ExportParameters(includePrivateParameters: false).Exponent!;
        if (exponent.Length > 4 || exponent is [1] || exponent[^1] % 2 == 0)
        {
            throw Unusable(name, "its RSA exponent is one that no honest key has");
        }

        return key.ExportSubjectPublicKeyInfo();
    }

    private static SigningException Unusable(string name, string why) =>
        new(SigningReasons.KeyUnusable, $"the key '{name}' cannot be used: {why}") { Subject = name };
}
