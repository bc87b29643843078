using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Sigstore.Timestamps;

/// <summary>The signed attribute that names the authority's certificate by its hash (RFC 2634, section 5.4; RFC 5816).</summary>
/// <param name="Hash">The hash algorithm.</param>
/// <param name="CertificateHash">The hash of the certificate in DER.</param>
internal sealed record SigningCertificateAttribute(HashAlgorithmName Hash, byte[] CertificateHash)
{
    private const string Oid = "1.2.840.113549.1.9.16.2.12";
    private const string OidV2 = "1.2.840.113549.1.9.16.2.47";

    /// <summary>
    /// Reads the attribute, the newer form first. Throws <see cref="FormatException"/> if there is none, and <see cref="AsnContentException"/> if it is
    /// damaged.
    /// </summary>
    public static SigningCertificateAttribute Read(CryptographicAttributeObjectCollection attributes)
    {
        if (Find(attributes, OidV2) is { } newer)
        {
            var identifier = ReadFirst(newer);
            var hash = identifier.PeekTag() == Asn1Tag.Sequence
                ? TimestampToken.Sha2(identifier.ReadSequence().ReadObjectIdentifier())
                : HashAlgorithmName.SHA256;
            return new SigningCertificateAttribute(hash, identifier.ReadOctetString());
        }

        // The older attribute uses SHA-1. It only selects a certificate; that certificate must still have a trusted chain.
        return Find(attributes, Oid) is { } older
            ? new SigningCertificateAttribute(HashAlgorithmName.SHA1, ReadFirst(older).ReadOctetString())
            : throw new FormatException("the timestamp does not sign its signer's certificate");
    }

    public bool Names(X509Certificate2 certificate) =>
        CryptographicOperations.HashData(Hash, certificate.RawDataMemory.Span).AsSpan().SequenceEqual(CertificateHash);

    private static AsnReader ReadFirst(byte[] value) => new AsnReader(value, AsnEncodingRules.DER).ReadSequence().ReadSequence().ReadSequence();

    private static byte[]? Find(CryptographicAttributeObjectCollection attributes, string oid)
    {
        foreach (var attribute in attributes)
        {
            if (attribute.Oid.Value == oid && attribute.Values.Count == 1)
            {
                return attribute.Values[0].RawData;
            }
        }

        return null;
    }
}
