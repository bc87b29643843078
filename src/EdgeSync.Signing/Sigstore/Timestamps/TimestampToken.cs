using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace EdgeSync.Signing.Sigstore.Timestamps;

/// <summary>
/// A timestamp of RFC 3161, read from DER: a CMS SignedData with one signer. Nothing of it is checked yet but that its content is what the signer's
/// attributes say.
/// </summary>
internal sealed class TimestampToken
{
    private const string SignedDataOid = "1.2.840.113549.1.7.2";
    private const string TimestampInfoOid = "1.2.840.113549.1.9.16.1.4";
    private const int MaxCertificates = 8;
    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Tag1 = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly AsnReaderOptions AnyOrder = new() { SkipSetSortOrderVerification = true };

    private TimestampToken(TimestampInfo info, IReadOnlyList<ReadOnlyMemory<byte>> certificates, TimestampSigner signer)
    {
        Info = info;
        Certificates = certificates;
        Signer = signer;
    }

    public TimestampInfo Info { get; }

    /// <summary>Certificates that the authority sent along, in DER.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; }

    public TimestampSigner Signer { get; }

    /// <summary>Reads an authority's whole answer (TimeStampResp); false where it was refused or is damaged.</summary>
    public static bool TryParseResponse(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out TimestampToken? token, out string problem) =>
        TryParse(der, isResponse: true, out token, out problem);

    /// <summary>Reads a bare token (ContentInfo).</summary>
    public static bool TryParseToken(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out TimestampToken? token, out string problem) =>
        TryParse(der, isResponse: false, out token, out problem);

    private static bool TryParse(ReadOnlyMemory<byte> der, bool isResponse, [NotNullWhen(true)] out TimestampToken? token, out string problem)
    {
        try
        {
            var document = new AsnReader(der, AsnEncodingRules.DER, AnyOrder);
            var content = isResponse ? ReadResponse(document) : document;
            token = ReadContent(content);
            content.ThrowIfNotEmpty();
            document.ThrowIfNotEmpty();
            problem = "";
            return true;
        }
        catch (Exception failure) when (failure is FormatException or AsnContentException or CryptographicException)
        {
            token = null;
            problem = failure is FormatException ? failure.Message : "the timestamp is damaged";
            return false;
        }
    }

    private static AsnReader ReadResponse(AsnReader document)
    {
        var response = document.ReadSequence();
        var status = response.ReadSequence();
        return status.TryReadInt32(out var code) && code is 0 or 1
            ? response
            : throw new FormatException("the timestamp authority refused");
    }

    private static TimestampToken ReadContent(AsnReader reader)
    {
        var content = reader.ReadSequence();
        if (content.ReadObjectIdentifier() != SignedDataOid)
        {
            throw new FormatException("the timestamp is not signed data");
        }

        var wrapper = content.ReadSequence(Tag0);
        content.ThrowIfNotEmpty();
        var data = wrapper.ReadSequence();
        wrapper.ThrowIfNotEmpty();
        if (!data.TryReadInt32(out var version) || version != 3)
        {
            throw new FormatException("the timestamp's signed data is not of version 3");
        }

        data.ReadSetOf(); // The hashes used; the signer names its own.
        var info = ReadInfo(data.ReadSequence());
        var certificates = data.PeekTag() == Tag0 ? ReadCertificates(data.ReadSetOf(Tag0)) : [];
        if (data.PeekTag() == Tag1)
        {
            data.ReadEncodedValue(); // Revocation lists are not used.
        }

        var signers = data.ReadSetOf();
        data.ThrowIfNotEmpty();
        var signer = ReadSigner(signers.ReadSequence());
        if (signers.HasData)
        {
            throw new FormatException("the timestamp has more than one signer");
        }

        var matches = signer.Attributes.ContentType == TimestampInfoOid
            && signer.Attributes.MessageDigest.AsSpan().SequenceEqual(CryptographicOperations.HashData(signer.Digest, info));
        return matches
            ? new TimestampToken(TimestampInfo.Read(info), certificates, signer)
            : throw new FormatException("the timestamp's signed attributes are for another content");
    }

    private static byte[] ReadInfo(AsnReader content)
    {
        if (content.ReadObjectIdentifier() != TimestampInfoOid)
        {
            throw new FormatException("the signed data is no timestamp");
        }

        var wrapper = content.ReadSequence(Tag0);
        content.ThrowIfNotEmpty();
        var info = wrapper.ReadOctetString();
        wrapper.ThrowIfNotEmpty();
        return info;
    }

    private static List<ReadOnlyMemory<byte>> ReadCertificates(AsnReader set)
    {
        var certificates = new List<ReadOnlyMemory<byte>>();
        while (set.HasData)
        {
            if (certificates.Count == MaxCertificates)
            {
                throw new FormatException($"the timestamp has more than {MaxCertificates} certificates");
            }

            certificates.Add(set.ReadEncodedValue());
        }

        return certificates;
    }

    private static TimestampSigner ReadSigner(AsnReader info)
    {
        if (!info.TryReadInt32(out var version) || version is not (1 or 3))
        {
            throw new FormatException("the timestamp's signer is of no version that is known");
        }

        ReadOnlyMemory<byte>? issuer = null;
        ReadOnlyMemory<byte> serial = default;
        ReadOnlyMemory<byte> identifier = default;
        if (version == 1)
        {
            var name = info.ReadSequence();
            issuer = name.ReadEncodedValue();
            serial = name.ReadIntegerBytes();
            name.ThrowIfNotEmpty();
        }
        else
        {
            identifier = info.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0));
        }

        var signer = new TimestampSigner
        {
            Issuer = issuer,
            SerialNumber = serial,
            KeyIdentifier = identifier,
            Digest = CmsAlgorithms.ReadHash(info),
            Attributes = info.PeekTag() == Tag0
                ? SignedAttributes.Read(info.ReadEncodedValue())
                : throw new FormatException("the timestamp has no signed attributes"),
            SignatureAlgorithm = CmsAlgorithms.ReadIdentifier(info),
            Signature = info.ReadOctetString(),
        };
        if (info.HasData)
        {
            info.ReadSetOf(Tag1); // Attributes that are not signed say nothing.
            info.ThrowIfNotEmpty();
        }

        return signer;
    }
}
