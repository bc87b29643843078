using System.Formats.Asn1;
using System.Security.Cryptography;

namespace EdgeSync.Signing.Sigstore.Timestamps;

/// <summary>What a timestamp authority says (RFC 3161, section 2.4.2): this hash was there at that time.</summary>
/// <param name="Hash">The hash's algorithm.</param>
/// <param name="Imprint">The hash.</param>
/// <param name="Time">When.</param>
internal sealed record TimestampInfo(HashAlgorithmName Hash, byte[] Imprint, DateTimeOffset Time)
{
    /// <summary>Throws <see cref="FormatException"/> or <see cref="AsnContentException"/> for anything that is not whole.</summary>
    public static TimestampInfo Read(ReadOnlyMemory<byte> der)
    {
        var document = new AsnReader(der, AsnEncodingRules.DER);
        var info = document.ReadSequence();
        document.ThrowIfNotEmpty();
        if (!info.TryReadInt32(out var version) || version != 1)
        {
            throw new FormatException("the timestamp is not of version 1");
        }

        info.ReadObjectIdentifier(); // The authority's policy, which nobody asks for.
        var imprint = info.ReadSequence();
        var hash = CmsAlgorithms.ReadHash(imprint);
        var hashed = imprint.ReadOctetString();
        imprint.ThrowIfNotEmpty();
        info.ReadIntegerBytes(); // The serial number.
        var time = info.ReadGeneralizedTime();
        while (info.HasData)
        {
            ReadOptional(info);
        }

        return new TimestampInfo(hash, hashed, time);
    }

    // Accuracy, ordering, nonce, the authority's name and extensions; a critical extension would say something that is not understood here.
    private static void ReadOptional(AsnReader info)
    {
        var tag = info.PeekTag();
        if (tag.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 1)))
        {
            var extensions = info.ReadSequence(tag);
            while (extensions.HasData)
            {
                var extension = extensions.ReadSequence();
                extension.ReadObjectIdentifier();
                if (extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean())
                {
                    throw new FormatException("the timestamp has a critical extension that is not known");
                }
            }
        }
        else if (tag == Asn1Tag.Sequence || tag == Asn1Tag.Boolean || tag == Asn1Tag.Integer
            || tag.HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            info.ReadEncodedValue();
        }
        else
        {
            throw new FormatException("the timestamp has a field that is not known");
        }
    }
}
