using System.Formats.Asn1;

namespace EdgeSync.Signing.Sigstore.Certificates;

/// <summary>Reads the subject that a certificate names (RFC 5280, section 4.2.1.6): one name, of the kinds that Fulcio writes.</summary>
internal static class SubjectName
{
    public const string Oid = "2.5.29.17";
    private const string UsernameOid = "1.3.6.1.4.1.57264.1.7";

    /// <summary>Throws <see cref="FormatException"/> if there is not exactly one name, or one of another kind.</summary>
    public static string Read(ReadOnlyMemory<byte> extension)
    {
        try
        {
            var document = new AsnReader(extension, AsnEncodingRules.DER);
            var names = document.ReadSequence();
            document.ThrowIfNotEmpty();
            var name = ReadName(names);
            return names.HasData ? throw new FormatException("the certificate names more than one subject") : name;
        }
        catch (AsnContentException failure)
        {
            throw new FormatException("the certificate's subject alternative name is damaged", failure);
        }
    }

    private static string ReadName(AsnReader names)
    {
        var tag = names.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific)
        {
            throw new FormatException("the certificate's subject alternative name is damaged");
        }

        return tag.TagValue switch
        {
            0 => ReadUsername(names.ReadSequence(tag)),
            1 or 6 => names.ReadCharacterString(UniversalTagNumber.IA5String, tag),
            _ => throw new FormatException("the certificate's subject is neither a URI, nor an e-mail address, nor a username"),
        };
    }

    private static string ReadUsername(AsnReader other)
    {
        if (other.ReadObjectIdentifier() != UsernameOid)
        {
            throw new FormatException("the certificate's subject is of a kind that Sigstore does not have");
        }

        var value = other.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        var name = value.ReadCharacterString(UniversalTagNumber.UTF8String);
        value.ThrowIfNotEmpty();
        other.ThrowIfNotEmpty();
        return name;
    }
}
