using System.Formats.Asn1;
using System.Security.Cryptography;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Sigstore.Keys;

/// <summary>
/// A public key of a certificate, of a log or of a signer. Its kind is fixed by the key and by its source; a signature cannot choose it.
/// Immutable; each check makes its own native handle.
/// </summary>
internal sealed class SigstoreKey
{
    private const string EcOid = "1.2.840.10045.2.1";
    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string Ed25519Oid = "1.3.101.112";
    private readonly byte[] _der;

    private SigstoreKey(SigstoreKeyKind kind, byte[] der)
    {
        Kind = kind;
        _der = der;
    }

    public SigstoreKeyKind Kind { get; }

    /// <summary>SubjectPublicKeyInfo in DER, as it was given.</summary>
    public ReadOnlySpan<byte> Der => _der;

    /// <summary>The hash that Sigstore's registry of algorithms has for this kind; Ed25519 hashes for itself.</summary>
    public HashAlgorithmName Hash => Kind switch
    {
        SigstoreKeyKind.EcdsaP384 => HashAlgorithmName.SHA384,
        SigstoreKeyKind.EcdsaP521 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    /// <summary>Reads a SubjectPublicKeyInfo; throws <see cref="FormatException"/> for what is not checked here.</summary>
    public static SigstoreKey Read(ReadOnlySpan<byte> der, bool pss = false)
    {
        if (der.Length > SubjectPublicKey.MaxDerBytes)
        {
            throw new FormatException("the public key is larger than any key");
        }

        try
        {
            var kind = ReadKind(der, pss);
            Check(der, kind);
            return new SigstoreKey(kind, der.ToArray());
        }
        catch (Exception failure) when (failure is CryptographicException or AsnContentException)
        {
            throw new FormatException("the public key is damaged", failure);
        }
    }

    /// <summary>Reads the bare RSAPublicKey of PKCS#1, as old trusted roots have it.</summary>
    public static SigstoreKey ReadPkcs1(ReadOnlySpan<byte> der, bool pss)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportRSAPublicKey(der, out var read);
            return read == der.Length
                ? Read(rsa.ExportSubjectPublicKeyInfo(), pss)
                : throw new FormatException("the public key has trailing bytes");
        }
        catch (CryptographicException failure)
        {
            throw new FormatException("the public key is damaged", failure);
        }
    }

    public static SigstoreKey Of(VerificationKey key) => Read(key.SubjectPublicKeyInfo.Span);

    /// <summary>Whether this key signed this message; ECDSA in DER, with this hash. Bytes that are not a signature give false.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        if (Kind == SigstoreKeyKind.Ed25519)
        {
            return Ed25519.TryReadKey(_der, out var key) && Ed25519.Verify(key, message, signature);
        }

        return VerifyHash(CryptographicOperations.HashData(hash, message), signature, hash);
    }

    /// <summary>As <see cref="Verify"/> for a hash of the message; false for Ed25519, which signs no hash.</summary>
    public bool VerifyHash(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature, HashAlgorithmName hash)
    {
        try
        {
            switch (Kind)
            {
                case SigstoreKeyKind.Ed25519:
                    return false;
                case SigstoreKeyKind.RsaPkcs1 or SigstoreKeyKind.RsaPss:
                    using (var rsa = RSA.Create())
                    {
                        rsa.ImportSubjectPublicKeyInfo(_der, out _);
                        var padding = Kind == SigstoreKeyKind.RsaPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
                        return rsa.VerifyHash(digest, signature, hash, padding);
                    }

                default:
                    using (var ecdsa = ECDsa.Create())
                    {
                        ecdsa.ImportSubjectPublicKeyInfo(_der, out _);
                        return ecdsa.VerifyHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence);
                    }
            }
        }
        catch (CryptographicException)
        {
            // Bytes that are not a signature count as a wrong signature.
            return false;
        }
    }

    private static SigstoreKeyKind ReadKind(ReadOnlySpan<byte> der, bool pss)
    {
        var document = new AsnReader(der.ToArray(), AsnEncodingRules.DER);
        var info = document.ReadSequence();
        document.ThrowIfNotEmpty();
        var identifier = info.ReadSequence();
        return identifier.ReadObjectIdentifier() switch
        {
            EcOid when identifier.HasData && identifier.PeekTag() == Asn1Tag.ObjectIdentifier => identifier.ReadObjectIdentifier() switch
            {
                "1.2.840.10045.3.1.7" => SigstoreKeyKind.EcdsaP256,
                "1.3.132.0.34" => SigstoreKeyKind.EcdsaP384,
                "1.3.132.0.35" => SigstoreKeyKind.EcdsaP521,
                var other => throw new FormatException($"the public key's curve {other} is not one of P-256, P-384 and P-521"),
            },
            RsaOid => pss ? SigstoreKeyKind.RsaPss : SigstoreKeyKind.RsaPkcs1,
            Ed25519Oid => SigstoreKeyKind.Ed25519,
            var other => throw new FormatException($"the public key's algorithm {other} is not checked here"),
        };
    }

    private static void Check(ReadOnlySpan<byte> der, SigstoreKeyKind kind)
    {
        switch (kind)
        {
            case SigstoreKeyKind.Ed25519:
                if (!Ed25519.TryReadKey(der, out var point) || !Ed25519.IsKey(point))
                {
                    throw new FormatException("the public key is no Ed25519 key that can have a signer");
                }

                break;
            case SigstoreKeyKind.RsaPkcs1 or SigstoreKeyKind.RsaPss:
                using (var rsa = RSA.Create())
                {
                    rsa.ImportSubjectPublicKeyInfo(der, out _);
                    if (rsa.KeySize is < SubjectPublicKey.MinRsaBits or > SubjectPublicKey.MaxRsaBits)
                    {
                        throw new FormatException($"the RSA key's size is not {SubjectPublicKey.MinRsaBits} to {SubjectPublicKey.MaxRsaBits} bits");
                    }
                }

                break;
            default:
                using (var ecdsa = ECDsa.Create())
                {
                    ecdsa.ImportSubjectPublicKeyInfo(der, out _);
                }

                break;
        }
    }
}
