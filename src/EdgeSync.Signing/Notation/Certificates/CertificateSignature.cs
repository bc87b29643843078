using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Notation.Certificates;

/// <summary>Reads how a certificate was signed: the class library returns the algorithm, but not the hash in the parameters of RSASSA-PSS.</summary>
internal static class CertificateSignature
{
    private const string PssOid = "1.2.840.113549.1.1.10";
    private static readonly string[] Hashes = ["2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"];

    public static bool IsOfSha2(X509Certificate2 certificate) => certificate.SignatureAlgorithm.Value switch
    {
        "1.2.840.113549.1.1.11" or "1.2.840.113549.1.1.12" or "1.2.840.113549.1.1.13" => true,
        "1.2.840.10045.4.3.2" or "1.2.840.10045.4.3.3" or "1.2.840.10045.4.3.4" => true,
        PssOid => IsPssOfSha2(certificate.RawDataMemory),
        _ => false,
    };

    private static bool IsPssOfSha2(ReadOnlyMemory<byte> der)
    {
        try
        {
            var certificate = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            certificate.ReadEncodedValue();
            var algorithm = certificate.ReadSequence();
            algorithm.ReadObjectIdentifier();

            // The default hash is SHA-1 (RFC 4055, section 3.1).
            var parameters = algorithm.ReadSequence();
            var tag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
            return parameters.HasData && parameters.PeekTag() == tag
                && Hashes.Contains(parameters.ReadSequence(tag).ReadSequence().ReadObjectIdentifier());
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
