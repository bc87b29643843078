using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Sigstore.Timestamps;

/// <summary>What a token's signature is over (RFC 5652, section 5.4): the content's type and hash, and which certificate signs (RFC 5816).</summary>
internal sealed class SignedAttributes
{
    private const string ContentTypeOid = "1.2.840.113549.1.9.3";
    private const string MessageDigestOid = "1.2.840.113549.1.9.4";
    private const string SigningCertificateOid = "1.2.840.113549.1.9.16.2.12";
    private const string SigningCertificateV2Oid = "1.2.840.113549.1.9.16.2.47";
    private HashAlgorithmName _certificateHash;
    private byte[] _certificate = [];

    private SignedAttributes(byte[] signedBytes) => SignedBytes = signedBytes;

    /// <summary>The attributes as a set, as they are signed.</summary>
    public byte[] SignedBytes { get; }

    public string ContentType { get; private set; } = "";

    public byte[] MessageDigest { get; private set; } = [];

    /// <summary>Whether the signer's certificate is named by a hash of SHA-2 (RFC 5816), and not of SHA-1 only.</summary>
    public bool BindsBySha2 => _certificateHash != HashAlgorithmName.SHA1;

    /// <summary>Reads the implicitly tagged set; throws <see cref="FormatException"/> or <see cref="AsnContentException"/>.</summary>
    public static SignedAttributes Read(ReadOnlyMemory<byte> encoded)
    {
        var signed = encoded.ToArray();
        var set = new AsnReader(encoded, AsnEncodingRules.DER, new AsnReaderOptions { SkipSetSortOrderVerification = true })
            .ReadSetOf(new Asn1Tag(TagClass.ContextSpecific, 0));
        signed[0] = 0x31; // A set of its own when it is signed.
        var attributes = new SignedAttributes(signed);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (set.HasData)
        {
            var attribute = set.ReadSequence();
            var oid = attribute.ReadObjectIdentifier();
            if (!seen.Add(oid))
            {
                throw new FormatException($"the timestamp has the signed attribute {oid} twice");
            }

            attributes.ReadValue(oid, attribute.ReadSetOf());
            attribute.ThrowIfNotEmpty();
        }

        if (attributes.ContentType.Length == 0 || attributes.MessageDigest.Length == 0 || attributes._certificate.Length == 0)
        {
            throw new FormatException("the timestamp does not sign its content's type and hash and its signer's certificate");
        }

        return attributes;
    }

    public bool Binds(X509Certificate2 certificate) =>
        CryptographicOperations.HashData(_certificateHash, certificate.RawDataMemory.Span).AsSpan().SequenceEqual(_certificate);

    private void ReadValue(string oid, AsnReader values)
    {
        switch (oid)
        {
            case ContentTypeOid:
                ContentType = values.ReadObjectIdentifier();
                values.ThrowIfNotEmpty();
                break;
            case MessageDigestOid:
                MessageDigest = values.ReadOctetString();
                values.ThrowIfNotEmpty();
                break;
            case SigningCertificateV2Oid:
                var first = values.ReadSequence().ReadSequence().ReadSequence();
                _certificateHash = first.PeekTag() == Asn1Tag.Sequence ? CmsAlgorithms.ReadHash(first) : HashAlgorithmName.SHA256;
                _certificate = first.ReadOctetString();
                break;
            case SigningCertificateOid when _certificate.Length == 0:
                // The older attribute has SHA-1. It only says which certificate is meant: that one must be trusted by its whole chain.
                _certificateHash = HashAlgorithmName.SHA1;
                _certificate = values.ReadSequence().ReadSequence().ReadSequence().ReadOctetString();
                break;
        }
    }
}
