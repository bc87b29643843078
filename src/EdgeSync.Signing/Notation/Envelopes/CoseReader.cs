using EdgeSync.Signing.Notation.Cbor;
using EdgeSync.Signing.Sigstore.Certificates;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Notation.Envelopes;

/// <summary>
/// Reads the COSE envelope (signature-envelope-cose.md): a tagged COSE_Sign1 in deterministic encoding, with the payload inside. What is passed over
/// and what is refused is the same as in JWS.
/// </summary>
internal static class CoseReader
{
    private const ulong Sign1Tag = 18;
    private const ulong EpochTag = 1;
    private const int MaxHeaders = 32;
    private const int X5ChainLabel = 33;
    private const string TimestampName = "io.cncf.notary.timestampSignature";
    private const string AgentName = "io.cncf.notary.signingAgent";
    private static readonly long MaxSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public static NotationEnvelope Read(ReadOnlySpan<byte> content)
    {
        var reader = new CborReader(content);
        if (reader.ReadTag() != Sign1Tag || reader.ReadList(4) != 4)
        {
            throw new FormatException("the envelope is no tagged COSE_Sign1");
        }

        var protectedHeader = reader.ReadBytes(content.Length);
        var attributes = new SignedAttributes();
        var algorithm = ReadProtected(protectedHeader, attributes);
        var (certificates, timestamp) = ReadUnprotected(ref reader);
        var payload = reader.ReadBytes(content.Length);
        var signature = reader.ReadBytes(NotationEnvelope.MaxSignatureBytes).ToArray();
        reader.End();
        return new NotationEnvelope
        {
            Algorithm = algorithm,
            Attributes = attributes,
            Payload = payload.ToArray(),
            SignedBytes = CoseSigningInput.Of(protectedHeader, payload),
            Signature = signature.Length > 0 ? signature : throw new FormatException("the signature is empty or longer than any"),
            Certificates = certificates,
            Timestamp = timestamp,
        };
    }

    private static NotationAlgorithm ReadProtected(ReadOnlySpan<byte> encoded, SignedAttributes attributes)
    {
        var reader = new CborReader(encoded);
        NotationAlgorithm? algorithm = null;
        ReadOnlySpan<byte> last = [];
        for (var left = reader.ReadMap(MaxHeaders); left > 0; left--)
        {
            switch (reader.ReadKey(ref last, SignedAttributes.MaxNameLength))
            {
                case { Label: 1 }:
                    var label = reader.ReadInteger();
                    algorithm = NotationAlgorithm.Find(label) ?? throw new FormatException($"the algorithm {label} is none of the specification");
                    break;
                case { Label: 2 }:
                    ReadCritical(ref reader, attributes);
                    break;
                case { Label: 3 }:
                    attributes.ContentType = reader.ReadText(SignedAttributes.MaxNameLength);
                    break;
                case { Label: { } other }:
                    throw new FormatException($"the protected header has the label {other}, which has no place in it");
                case { Name: SignedAttributes.SchemeName }:
                    attributes.SchemeText = reader.ReadText(SignedAttributes.MaxNameLength);
                    break;
                case { Name: SignedAttributes.SigningTimeName }:
                    attributes.SigningTime = ReadTime(ref reader);
                    break;
                case { Name: SignedAttributes.AuthenticTimeName }:
                    attributes.AuthenticTime = ReadTime(ref reader);
                    break;
                case { Name: SignedAttributes.ExpiryName }:
                    attributes.Expiry = ReadTime(ref reader);
                    break;
                case var extended:
                    attributes.AddOther(extended.Name!);
                    reader.Skip();
                    break;
            }
        }

        reader.End();
        attributes.Check();
        return algorithm ?? throw new FormatException("the algorithm is missing");
    }

    private static void ReadCritical(ref CborReader reader, SignedAttributes attributes)
    {
        for (var left = reader.ReadList(SignedAttributes.MaxCritical); left > 0; left--)
        {
            // A number stands for a header of COSE itself, none of which may be named here, or for one that is not known.
            attributes.AddCritical(reader.Kind == CborKind.Text ? reader.ReadText(SignedAttributes.MaxNameLength) : $"{reader.ReadInteger()}");
        }
    }

    private static DateTimeOffset ReadTime(ref CborReader reader)
    {
        if (reader.ReadTag() != EpochTag)
        {
            throw new FormatException("a time is not one in seconds since 1970 (tag 1)");
        }

        var seconds = reader.ReadInteger();
        return seconds >= 0 && seconds <= MaxSeconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new FormatException("a time is out of all bounds");
    }

    private static (IReadOnlyList<byte[]> Certificates, byte[]? Timestamp) ReadUnprotected(ref CborReader reader)
    {
        var certificates = new List<byte[]>();
        byte[]? timestamp = null;
        ReadOnlySpan<byte> last = [];
        for (var left = reader.ReadMap(MaxHeaders); left > 0; left--)
        {
            var key = reader.ReadKey(ref last, SignedAttributes.MaxNameLength);
            switch (key)
            {
                case { Label: X5ChainLabel }:
                    for (var more = reader.ReadList(NotationEnvelope.MaxCertificates); more > 0; more--)
                    {
                        certificates.Add(reader.ReadBytes(StrictCertificate.MaxBytes).ToArray());
                    }

                    break;
                case { Name: TimestampName }:
                    timestamp = reader.ReadBytes(NotationEnvelope.MaxTimestampBytes).ToArray();
                    break;
                case { Name: AgentName }:
                    reader.ReadText(NotationEnvelope.MaxAgentLength);
                    break;
                default:
                    throw new FormatException($"the unprotected header has the unknown member '{Printable.Of(key.ToString())}'");
            }
        }

        return certificates.Count > 0 ? (certificates, timestamp) : throw new FormatException("the certificates (x5chain) are missing");
    }
}
