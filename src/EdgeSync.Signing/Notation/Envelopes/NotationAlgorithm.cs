using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Sigstore.Keys;

namespace EdgeSync.Signing.Notation.Envelopes;

/// <summary>
/// One of the six algorithms of the specification ("Algorithm Selection"). The certificate's key determines it; the envelope must name
/// the same one.
/// </summary>
/// <param name="JwsName">How JWS names it.</param>
/// <param name="CoseLabel">How COSE names it.</param>
/// <param name="Kind">The kind of key.</param>
/// <param name="Bits">The key's size.</param>
/// <param name="Hash">The hash.</param>
internal sealed record NotationAlgorithm(string JwsName, long CoseLabel, SigstoreKeyKind Kind, int Bits, HashAlgorithmName Hash)
{
    private static readonly NotationAlgorithm[] All =
    [
        new("PS256", -37, SigstoreKeyKind.RsaPss, 2048, HashAlgorithmName.SHA256),
        new("PS384", -38, SigstoreKeyKind.RsaPss, 3072, HashAlgorithmName.SHA384),
        new("PS512", -39, SigstoreKeyKind.RsaPss, 4096, HashAlgorithmName.SHA512),
        new("ES256", -7, SigstoreKeyKind.EcdsaP256, 256, HashAlgorithmName.SHA256),
        new("ES384", -35, SigstoreKeyKind.EcdsaP384, 384, HashAlgorithmName.SHA384),
        new("ES512", -36, SigstoreKeyKind.EcdsaP521, 521, HashAlgorithmName.SHA512),
    ];

    public static NotationAlgorithm? Find(string jwsName) => Array.Find(All, a => a.JwsName == jwsName);

    public static NotationAlgorithm? Find(long coseLabel) => Array.Find(All, a => a.CoseLabel == coseLabel);

    /// <summary>The algorithm that goes with a certificate's key; throws <see cref="FormatException"/> for a key of another kind or size.</summary>
    public static NotationAlgorithm For(X509Certificate2 certificate)
    {
        var kind = SigstoreKey.Read(certificate.PublicKey.ExportSubjectPublicKeyInfo(), pss: true).Kind;
        using var rsa = certificate.GetRSAPublicKey();
        return Array.Find(All, a => a.Kind == kind && (rsa is null || rsa.KeySize == a.Bits))
            ?? throw new FormatException(
                "the signing certificate's key is none of RSA of 2048, 3072 or 4096 bits and ECDSA P-256, P-384 or P-521");
    }

    /// <summary>Whether the certificate's key signed these bytes; ECDSA signatures are r and s concatenated.</summary>
    public bool Verify(X509Certificate2 certificate, byte[] signed, byte[] signature)
    {
        try
        {
            using var rsa = certificate.GetRSAPublicKey();
            if (rsa is not null)
            {
                return rsa.VerifyData(signed, signature, Hash, RSASignaturePadding.Pss);
            }

            using var ecdsa = certificate.GetECDsaPublicKey();
            return ecdsa is not null && ecdsa.VerifyData(signed, signature, Hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            // Bytes that are not a signature count as a wrong signature.
            return false;
        }
    }

    public override string ToString() => JwsName;
}
