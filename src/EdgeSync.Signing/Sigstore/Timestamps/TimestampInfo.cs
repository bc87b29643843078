using System.Formats.Asn1;
using System.Security.Cryptography;

namespace EdgeSync.Signing.Sigstore.Timestamps;

/// <summary>What a timestamp authority says (RFC 3161, section 2.4.2): this hash was there at that time.</summary>
/// <param name="Hash">The hash's algorithm.</param>
/// <param name="Imprint">The hash.</param>
/// <param name="Time">When.</param>
internal sealed record TimestampInfo(HashAlgorithmName Hash, byte[] Imprint, DateTimeOffset Time)
{
    private const string BaselinePolicyOid = "0.4.0.2023.1.1";

    /// <summary>How far the true time may lie before or behind <see cref="Time"/>; a second by ETSI's baseline policy, where it is not said.</summary>
    public TimeSpan Accuracy { get; private init; }

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

        var policy = info.ReadObjectIdentifier();
        var imprint = info.ReadSequence();
        var hash = CmsAlgorithms.ReadHash(imprint);
        var hashed = imprint.ReadOctetString();
        imprint.ThrowIfNotEmpty();
        info.ReadIntegerBytes(); // The serial number.
        var time = info.ReadGeneralizedTime();
        TimeSpan? accuracy = info.HasData && info.PeekTag() == Asn1Tag.Sequence ? ReadAccuracy(info.ReadSequence()) : null;
        while (info.HasData)
        {
            ReadOptional(info);
        }

        return new TimestampInfo(hash, hashed, time)
        {
            Accuracy = accuracy ?? (policy == BaselinePolicyOid ? TimeSpan.FromSeconds(1) : TimeSpan.Zero),
        };
    }

    private static TimeSpan ReadAccuracy(AsnReader accuracy)
    {
        var seconds = accuracy.HasData && accuracy.PeekTag() == Asn1Tag.Integer ? ReadCount(accuracy, Asn1Tag.Integer, int.MaxValue) : 0;
        var millis = ReadFraction(accuracy, 0);
        var micros = ReadFraction(accuracy, 1);
        accuracy.ThrowIfNotEmpty();
        return TimeSpan.FromSeconds(seconds) + TimeSpan.FromMilliseconds(millis) + TimeSpan.FromMicroseconds(micros);
    }

    private static int ReadFraction(AsnReader accuracy, int number)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, number);
        return accuracy.HasData && accuracy.PeekTag() == tag ? ReadCount(accuracy, tag, 999) : 0;
    }

    private static int ReadCount(AsnReader accuracy, Asn1Tag tag, int max) =>
        accuracy.TryReadInt32(out var value, tag) && value >= 0 && value <= max
            ? value
            : throw new FormatException("the timestamp's accuracy is out of bounds");

    // Ordering, nonce, the authority's name and extensions; a critical extension would say something that is not understood here.
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
        else if (tag == Asn1Tag.Boolean || tag == Asn1Tag.Integer
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
