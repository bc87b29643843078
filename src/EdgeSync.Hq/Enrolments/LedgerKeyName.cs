using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Primitives;

namespace EdgeSync.Hq.Enrolments;

/// <summary>
/// The name of the ledger key in the certificate of a site: a URI in the subject alternative names (RFC 5280, section 4.2.1.6),
/// <c>urn:edgesync:ledger:DIGEST</c> with the digest of the key's SubjectPublicKeyInfo. It lets HQ recognise a site that its database has lost.
/// </summary>
internal static class LedgerKeyName
{
    private const string Prefix = "urn:edgesync:ledger:";
    private const string AlternativeNames = "2.5.29.17";
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    public static X509Extension ExtensionOf(Digest key)
    {
        var builder = new SubjectAlternativeNameBuilder();
        builder.AddUri(new Uri(Prefix + key));
        return builder.Build();
    }

    /// <summary>Whether the certificate names this key and nothing else.</summary>
    public static bool Names(X509Certificate2 certificate, Digest key)
    {
        if (certificate.Extensions[AlternativeNames] is not { } extension)
        {
            return false;
        }

        try
        {
            var document = new AsnReader(extension.RawData, AsnEncodingRules.DER);
            var names = document.ReadSequence();
            document.ThrowIfNotEmpty();
            var name = names.ReadCharacterString(UniversalTagNumber.IA5String, UriTag);
            return !names.HasData && name == Prefix + key;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
