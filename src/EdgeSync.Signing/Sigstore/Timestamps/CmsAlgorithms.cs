using System.Formats.Asn1;
using System.Security.Cryptography;
using EdgeSync.Signing.Sigstore.Keys;

namespace EdgeSync.Signing.Sigstore.Timestamps;

/// <summary>The algorithms that a timestamp may be made with: SHA-2 only, and none that carries parameters of its own.</summary>
internal static class CmsAlgorithms
{
    /// <summary>Reads an AlgorithmIdentifier of a hash.</summary>
    public static HashAlgorithmName ReadHash(AsnReader reader) => ReadIdentifier(reader) switch
    {
        "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
        "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        var other => throw new FormatException($"the timestamp's hash {other} is not of SHA-2"),
    };

    /// <summary>Reads an AlgorithmIdentifier whose parameters are absent or null.</summary>
    public static string ReadIdentifier(AsnReader reader)
    {
        var identifier = reader.ReadSequence();
        var oid = identifier.ReadObjectIdentifier();
        if (identifier.HasData)
        {
            identifier.ReadNull();
            identifier.ThrowIfNotEmpty();
        }

        return oid;
    }

    /// <summary>The hash that a signature algorithm goes with for a key of this kind, or null where the two do not fit.</summary>
    public static HashAlgorithmName? HashFor(string signatureOid, HashAlgorithmName digest, SigstoreKeyKind kind) => kind switch
    {
        SigstoreKeyKind.EcdsaP256 or SigstoreKeyKind.EcdsaP384 or SigstoreKeyKind.EcdsaP521 => signatureOid switch
        {
            "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
            "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
            "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
            _ => null,
        },
        SigstoreKeyKind.RsaPkcs1 => signatureOid switch
        {
            "1.2.840.113549.1.1.1" => digest,
            "1.2.840.113549.1.1.11" => HashAlgorithmName.SHA256,
            "1.2.840.113549.1.1.12" => HashAlgorithmName.SHA384,
            "1.2.840.113549.1.1.13" => HashAlgorithmName.SHA512,
            _ => null,
        },
        SigstoreKeyKind.Ed25519 => signatureOid == "1.3.101.112" ? digest : null,
        _ => null,
    };
}
