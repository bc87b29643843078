using System.Formats.Cbor;
using System.Security.Cryptography;
using System.Security.Cryptography.Cose;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Sigstore.Certificates;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Notation.Envelopes;

/// <summary>
/// Reads the COSE envelope (signature-envelope-cose.md): a tagged COSE_Sign1 in canonical encoding, with an embedded payload. Headers are accepted and
/// refused by the same rules as in JWS. <see cref="CoseSign1Message"/> builds the signed structure and verifies the signature; it cannot list the labels
/// of headers and accepts encodings that are not canonical, so the headers are read here.
/// </summary>
internal static class CoseReader
{
    private const CborTag Sign1Tag = (CborTag)18;
    private const int PartCount = 4;
    private const int MaxHeaders = 32;
    private const long X5ChainLabel = 33;
    private const string TimestampName = "io.cncf.notary.timestampSignature";
    private const string AgentName = "io.cncf.notary.signingAgent";
    private static readonly long MaxSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public static NotationEnvelope Read(ReadOnlySpan<byte> content)
    {
        var bytes = content.ToArray();
        var reader = new CanonicalCbor(bytes);
        reader.ReadTag(Sign1Tag);
        if (reader.ReadStartList() != PartCount)
        {
            throw new FormatException("the envelope is not a tagged COSE_Sign1");
        }

        var attributes = new SignedAttributes();
        var algorithm = ReadProtected(reader.ReadBytes(content.Length), attributes);
        var (certificates, timestamp) = ReadUnprotected(reader);
        var payload = reader.ReadBytes(content.Length);
        var signature = reader.ReadBytes(NotationEnvelope.MaxSignatureBytes);
        reader.ReadEndList();
        reader.End();
        var message = Decode(bytes);
        return new NotationEnvelope
        {
            Algorithm = algorithm,
            Attributes = attributes,
            Payload = payload,
            IsSignedBy = leaf => Verify(message, leaf),
            Signature = signature.Length > 0 ? signature : throw new FormatException("the signature is empty"),
            Certificates = certificates,
            Timestamp = timestamp,
        };
    }

    private static NotationAlgorithm ReadProtected(byte[] encoded, SignedAttributes attributes)
    {
        var reader = new CanonicalCbor(encoded);
        NotationAlgorithm? algorithm = null;
        reader.ReadMap(MaxHeaders, SignedAttributes.MaxNameLength, (label, name) =>
        {
            switch (label, name)
            {
                case (1, _):
                    var value = reader.ReadInteger();
                    algorithm = NotationAlgorithm.Find(value) ?? throw new FormatException($"the algorithm {value} is none of the specification");
                    break;
                case (2, _):
                    // A number names a header of COSE itself, none of which may be critical, or an unknown header.
                    reader.ReadList(SignedAttributes.MaxCritical, () =>
                        attributes.AddCritical(reader.IsText ? reader.ReadText(SignedAttributes.MaxNameLength) : $"{reader.ReadInteger()}"));
                    break;
                case (3, _):
                    attributes.ContentType = reader.ReadText(SignedAttributes.MaxNameLength);
                    break;
                case ({ } other, _):
                    throw new FormatException($"the protected header has the label {other}, which has no place in it");
                case (_, SignedAttributes.SchemeName):
                    attributes.SchemeText = reader.ReadText(SignedAttributes.MaxNameLength);
                    break;
                case (_, SignedAttributes.SigningTimeName):
                    attributes.SigningTime = ReadTime(reader);
                    break;
                case (_, SignedAttributes.AuthenticTimeName):
                    attributes.AuthenticTime = ReadTime(reader);
                    break;
                case (_, SignedAttributes.ExpiryName):
                    attributes.Expiry = ReadTime(reader);
                    break;
                default:
                    attributes.AddOther(name!);
                    reader.Skip();
                    break;
            }
        });
        reader.End();
        attributes.Check();
        return algorithm ?? throw new FormatException("the algorithm is missing");
    }

    private static DateTimeOffset ReadTime(CanonicalCbor reader)
    {
        reader.ReadTag(CborTag.UnixTimeSeconds);
        var seconds = reader.ReadInteger();
        return seconds >= 0 && seconds <= MaxSeconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new FormatException("a time is out of all bounds");
    }

    private static (IReadOnlyList<byte[]> Certificates, byte[]? Timestamp) ReadUnprotected(CanonicalCbor reader)
    {
        var certificates = new List<byte[]>();
        byte[]? timestamp = null;
        reader.ReadMap(MaxHeaders, SignedAttributes.MaxNameLength, (label, name) =>
        {
            switch (label, name)
            {
                case (X5ChainLabel, _):
                    reader.ReadList(NotationEnvelope.MaxCertificates, () => certificates.Add(reader.ReadBytes(StrictCertificate.MaxBytes)));
                    break;
                case (_, TimestampName):
                    timestamp = reader.ReadBytes(NotationEnvelope.MaxTimestampBytes);
                    break;
                case (_, AgentName):
                    reader.ReadText(NotationEnvelope.MaxAgentLength);
                    break;
                default:
                    throw new FormatException($"the unprotected header has the unknown member '{Printable.Of(name ?? $"{label}")}'");
            }
        });
        return certificates.Count > 0 ? (certificates, timestamp) : throw new FormatException("the certificates (x5chain) are missing");
    }

    private static CoseSign1Message Decode(byte[] envelope)
    {
        try
        {
            return CoseMessage.DecodeSign1(envelope);
        }
        catch (CryptographicException failure)
        {
            throw new FormatException("the envelope is not a valid COSE_Sign1", failure);
        }
    }

    private static bool Verify(CoseSign1Message message, X509Certificate2 leaf)
    {
        using AsymmetricAlgorithm? key = leaf.GetRSAPublicKey() ?? (AsymmetricAlgorithm?)leaf.GetECDsaPublicKey();
        try
        {
            return key is not null && message.VerifyEmbedded(key);
        }
        catch (CryptographicException)
        {
            // Bytes that cannot be a signature of this key count as a wrong signature.
            return false;
        }
    }
}
