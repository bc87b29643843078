using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Sigstore.Timestamps;

/// <summary>
/// A timestamp of RFC 3161 with one signer, decoded by <see cref="SignedCms"/> and <see cref="Rfc3161TimestampTokenInfo"/>. Adds the rules that these do
/// not check: DER, SHA-2, signed attributes that are each there once, no unknown critical extension, a bounded number of certificates. The signature is
/// verified by <see cref="IsSignedBy"/>; who may sign is decided elsewhere. <see cref="Rfc3161TimestampToken"/> is not used: it rejects a token for any of
/// a dozen reasons without saying which.
/// </summary>
internal sealed class TimestampToken
{
    private const string TimestampInfoOid = "1.2.840.113549.1.9.16.1.4";
    private const string BaselinePolicyOid = "0.4.0.2023.1.1";
    private const int MaxCertificates = 8;
    private const int MaxDepth = 32;

    // ECDSA and RSA (PKCS#1) with SHA-2; rsaEncryption leaves the hash to the digest algorithm, which is of SHA-2 too.
    private static readonly string[] SignatureAlgorithms =
    [
        "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4",
        "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13",
    ];

    private readonly Rfc3161TimestampTokenInfo _info;
    private readonly SignerInfo _signer;
    private readonly SigningCertificateAttribute _certificate;

    private TimestampToken(
        Rfc3161TimestampTokenInfo info, SignerInfo signer, SigningCertificateAttribute certificate, IReadOnlyList<byte[]> certificates, TimeSpan accuracy)
    {
        _info = info;
        _signer = signer;
        _certificate = certificate;
        Certificates = certificates;
        Accuracy = accuracy;
    }

    public DateTimeOffset Time => _info.Timestamp;

    /// <summary>How far the true time may be from <see cref="Time"/>. ETSI's baseline policy means one second if the token does not say it.</summary>
    public TimeSpan Accuracy { get; }

    /// <summary>The certificates in the token, in DER.</summary>
    public IReadOnlyList<byte[]> Certificates { get; }

    /// <summary>Whether the signer's certificate is named by a hash of SHA-2 (RFC 5816), and not by SHA-1.</summary>
    public bool BindsBySha2 => _certificate.Hash != HashAlgorithmName.SHA1;

    /// <summary>Reads an authority's whole response (TimeStampResp); false if the authority refused or the response is damaged.</summary>
    public static bool TryParseResponse(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out TimestampToken? token, out string problem) =>
        TryParse(() => ReadResponse(der), out token, out problem);

    /// <summary>Reads a bare token (ContentInfo).</summary>
    public static bool TryParseToken(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out TimestampToken? token, out string problem) =>
        TryParse(() => Read(der), out token, out problem);

    /// <summary>Whether the timestamp is of these bytes.</summary>
    public bool IsOf(ReadOnlySpan<byte> content) =>
        _info.GetMessageHash().Span.SequenceEqual(CryptographicOperations.HashData(Sha2(_info.HashAlgorithmId.Value), content));

    /// <summary>Whether the token names this certificate as its signer's: by name or key identifier, and by its hash, which is signed.</summary>
    public bool IsMadeBy(X509Certificate2 certificate) => _signer.SignerIdentifier.MatchesCertificate(certificate) && _certificate.Names(certificate);

    /// <summary>Verifies the token's signature with this certificate. Builds no chain and checks no revocation.</summary>
    public bool IsSignedBy(X509Certificate2 certificate)
    {
        try
        {
            _signer.CheckSignature([certificate], verifySignatureOnly: true);
        }
        catch (CryptographicException)
        {
            return false;
        }

        // The class library prefers a certificate in the token that has the same name or key identifier.
        return SignatureAlgorithms.Contains(_signer.SignatureAlgorithm.Value)
            && (_signer.Certificate is not { } used || used.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));
    }

    /// <summary>The hash with this object identifier; throws <see cref="FormatException"/> if it is not of SHA-2.</summary>
    internal static HashAlgorithmName Sha2(string? oid) => oid switch
    {
        "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
        "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        _ => throw new FormatException($"the timestamp's hash {oid} is not of SHA-2"),
    };

    private static bool TryParse(Func<TimestampToken> read, [NotNullWhen(true)] out TimestampToken? token, out string problem)
    {
        try
        {
            token = read();
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

    private static TimestampToken ReadResponse(ReadOnlyMemory<byte> der)
    {
        var document = new AsnReader(der, AsnEncodingRules.DER);
        var response = document.ReadSequence();
        document.ThrowIfNotEmpty();
        if (!response.ReadSequence().TryReadInt32(out var status) || status is not (0 or 1))
        {
            throw new FormatException("the timestamp authority refused");
        }

        var token = response.ReadEncodedValue();
        response.ThrowIfNotEmpty();
        return Read(token);
    }

    private static TimestampToken Read(ReadOnlyMemory<byte> der)
    {
        CheckLengths(der, 0);
        var document = new AsnReader(der, AsnEncodingRules.DER);
        document.ReadEncodedValue();
        document.ThrowIfNotEmpty();
        var cms = new SignedCms();
        cms.Decode(der.Span);
        if (cms.ContentInfo.ContentType.Value != TimestampInfoOid)
        {
            throw new FormatException("the signed data is not a timestamp");
        }

        var signer = FindSigner(cms);
        CheckAttributes(signer, cms.ContentInfo.Content);
        var certificate = SigningCertificateAttribute.Read(signer.SignedAttributes);
        if (!Rfc3161TimestampTokenInfo.TryDecode(cms.ContentInfo.Content, out var info, out var length) || length != cms.ContentInfo.Content.Length)
        {
            throw new FormatException("the timestamp's content is damaged, or its accuracy is out of bounds");
        }

        CheckInfo(info);
        return new TimestampToken(info, signer, certificate, ReadCertificates(cms), ReadAccuracy(info));
    }

    // The class library accepts BER. In DER a length has one encoding; that is checked for every value, and in bounded depth.
    private static void CheckLengths(ReadOnlyMemory<byte> der, int depth)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        while (reader.HasData)
        {
            if (reader.PeekTag().IsConstructed)
            {
                CheckLengths(reader.PeekContentBytes(), depth < MaxDepth ? depth + 1 : throw new FormatException("the timestamp nests too deep"));
            }

            reader.ReadEncodedValue();
        }
    }

    private static SignerInfo FindSigner(SignedCms cms) => cms.Version == 3 && cms.SignerInfos.Count == 1
        ? cms.SignerInfos[0]
        : throw new FormatException(
            cms.Version != 3 ? "the timestamp's signed data is not of version 3"
            : cms.SignerInfos.Count == 0 ? "the timestamp is damaged: it has no signer"
            : "the timestamp has more than one signer");

    private static void CheckAttributes(SignerInfo signer, byte[] content)
    {
        if (signer.SignedAttributes.Count == 0)
        {
            throw new FormatException("the timestamp has no signed attributes");
        }

        var seen = new HashSet<string?>(StringComparer.Ordinal);
        var (hasType, hasDigest) = (false, false);
        foreach (var attribute in signer.SignedAttributes)
        {
            if (!seen.Add(attribute.Oid.Value) || attribute.Values.Count != 1)
            {
                throw new FormatException($"the timestamp has the signed attribute {attribute.Oid.Value} twice, or not with one value");
            }

            hasType |= attribute.Values[0] is Pkcs9ContentType { ContentType.Value: TimestampInfoOid };
            hasDigest |= attribute.Values[0] is Pkcs9MessageDigest digest
                && digest.MessageDigest.AsSpan().SequenceEqual(CryptographicOperations.HashData(Sha2(signer.DigestAlgorithm.Value), content));
        }

        if (!hasType || !hasDigest)
        {
            throw new FormatException("the timestamp's signed attributes are for another content");
        }
    }

    private static void CheckInfo(Rfc3161TimestampTokenInfo info)
    {
        if (info.Version != 1)
        {
            throw new FormatException("the timestamp is not of version 1");
        }

        Sha2(info.HashAlgorithmId.Value);
        foreach (var extension in info.GetExtensions())
        {
            if (extension.Critical)
            {
                throw new FormatException("the timestamp has a critical extension that is not known");
            }
        }
    }

    private static TimeSpan ReadAccuracy(Rfc3161TimestampTokenInfo info) => info.AccuracyInMicroseconds switch
    {
        null => info.PolicyId.Value == BaselinePolicyOid ? TimeSpan.FromSeconds(1) : TimeSpan.Zero,
        { } micros => TimeSpan.FromMicroseconds(micros),
    };

    private static List<byte[]> ReadCertificates(SignedCms cms)
    {
        var certificates = new List<byte[]>();
        try
        {
            foreach (var certificate in cms.Certificates)
            {
                certificates.Add(certificate.RawData);
                certificate.Dispose();
            }
        }
        catch (CryptographicException failure)
        {
            throw new FormatException("a certificate in the timestamp is damaged", failure);
        }

        return certificates.Count <= MaxCertificates
            ? certificates
            : throw new FormatException($"the timestamp has more than {MaxCertificates} certificates");
    }
}
