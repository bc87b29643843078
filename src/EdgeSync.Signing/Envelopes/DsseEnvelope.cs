using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Envelopes;

/// <summary>
/// A DSSE envelope (secure-systems-lab/dsse, protocol and envelope v1): a payload, its type, and signatures of both. Nothing of it is
/// verified; <see cref="DsseVerifier"/> does that.
/// </summary>
public sealed class DsseEnvelope
{
    /// <summary>The media type of an envelope in JSON.</summary>
    public const string MediaType = "application/vnd.dsse.envelope.v1+json";

    /// <summary>The largest envelope that is read, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>The most signatures that are read; each costs at most one check for each trusted key.</summary>
    public const int MaxSignatures = 32;

    private const int MaxPayloadTypeLength = 255;
    private const int MaxSignatureBytes = 1024; // RSA of 8192 bits.

    // With a plain + in base64, as other tools write it.
    private static readonly SigningJsonContext Plain =
        new(new JsonSerializerOptions(SigningJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    internal DsseEnvelope(string payloadType, ReadOnlyMemory<byte> payload, IReadOnlyList<DsseSignature> signatures)
    {
        PayloadType = payloadType;
        Payload = payload;
        Signatures = signatures;
    }

    /// <summary>What the payload is; signed with it.</summary>
    public string PayloadType { get; }

    /// <summary>The payload's bytes, not checked.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>One to <see cref="MaxSignatures"/> signatures, not checked.</summary>
    public IReadOnlyList<DsseSignature> Signatures { get; }

    /// <summary>
    /// Reads an envelope strictly: no duplicate members, canonical standard base64, bounded sizes. If the result is false,
    /// <paramref name="problem"/> says why.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8Json, [NotNullWhen(true)] out DsseEnvelope? envelope, out string problem) =>
        TryParse(utf8Json, MaxBytes, out envelope, out problem);

    /// <summary>As the other overload, for envelopes that may be longer: attestations.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> utf8Json, int maxBytes, [NotNullWhen(true)] out DsseEnvelope? envelope, out string problem)
    {
        envelope = null;
        if (utf8Json.Length > maxBytes)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"the envelope has {utf8Json.Length} bytes, more than {maxBytes}");
            return false;
        }

        try
        {
            envelope = Convert(StrictJson.Read(utf8Json, SigningJsonContext.Default.EnvelopeDocument), out problem);
        }
        catch (JsonException failure)
        {
            problem = FaultText.DescribeJson("the envelope", failure);
        }

        return envelope is not null;
    }

    /// <summary>The envelope in JSON.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(
        new EnvelopeDocument(
            System.Convert.ToBase64String(Payload.Span),
            PayloadType,
            [.. Signatures.Select(s => new SignatureDocument(System.Convert.ToBase64String(s.Value.Span), s.KeyId))]),
        Plain.EnvelopeDocument);

    private static DsseEnvelope? Convert(EnvelopeDocument document, out string problem)
    {
        if (document.PayloadType.Length is 0 or > MaxPayloadTypeLength)
        {
            problem = "the payload type is empty or too long";
        }
        else if (!StrictBase64.TryDecode(document.Payload, out var payload))
        {
            problem = "the payload is not canonical standard base64";
        }
        else if (document.Signatures.Count is 0 or > MaxSignatures)
        {
            problem = string.Create(
                CultureInfo.InvariantCulture, $"there are {document.Signatures.Count} signatures; 1 to {MaxSignatures} are allowed");
        }
        else if (ReadSignatures(document.Signatures, out problem) is { } signatures)
        {
            return new DsseEnvelope(document.PayloadType, payload, signatures);
        }

        return null;
    }

    private static List<DsseSignature>? ReadSignatures(IReadOnlyList<SignatureDocument?> documents, out string problem)
    {
        var signatures = new List<DsseSignature>(documents.Count);
        foreach (var document in documents)
        {
            if (document is null || !StrictBase64.TryDecode(document.Sig, out var value) || value.Length is 0 or > MaxSignatureBytes)
            {
                problem = string.Create(
                    CultureInfo.InvariantCulture, $"signature {signatures.Count + 1} is empty, too long or not canonical standard base64");
                return null;
            }

            signatures.Add(new DsseSignature(document.Keyid, value));
        }

        problem = "";
        return signatures;
    }
}
