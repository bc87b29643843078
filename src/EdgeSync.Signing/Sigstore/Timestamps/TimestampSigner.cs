using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Sigstore.Timestamps;

/// <summary>The one signer of a token (RFC 5652, section 5.3).</summary>
internal sealed class TimestampSigner
{
    /// <summary>The issuer's name in DER; null where the signer names itself by its key's identifier.</summary>
    public ReadOnlyMemory<byte>? Issuer { get; init; }

    public ReadOnlyMemory<byte> SerialNumber { get; init; }

    public ReadOnlyMemory<byte> KeyIdentifier { get; init; }

    public required HashAlgorithmName Digest { get; init; }

    public required SignedAttributes Attributes { get; init; }

    public required string SignatureAlgorithm { get; init; }

    public required byte[] Signature { get; init; }

    /// <summary>Whether the token says that this certificate's key made it: by name, and by the certificate's hash, which is signed.</summary>
    public bool IsMadeBy(X509Certificate2 certificate) => Names(certificate) && Attributes.Binds(certificate);

    private bool Names(X509Certificate2 certificate)
    {
        if (Issuer is { } issuer)
        {
            return issuer.Span.SequenceEqual(certificate.IssuerName.RawData)
                && SerialNumber.Span.SequenceEqual(certificate.SerialNumberBytes.Span);
        }

        foreach (var extension in certificate.Extensions)
        {
            if (extension is X509SubjectKeyIdentifierExtension identifier)
            {
                return identifier.SubjectKeyIdentifierBytes.Span.SequenceEqual(KeyIdentifier.Span);
            }
        }

        return false;
    }
}
