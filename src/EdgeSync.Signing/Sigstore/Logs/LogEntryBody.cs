using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Json;

namespace EdgeSync.Signing.Sigstore.Logs;

/// <summary>
/// Whether a log entry is about this bundle: the same signature, the same certificate or key, the same hash. An entry that proves only that something
/// was logged proves nothing.
/// </summary>
internal static class LogEntryBody
{
    private const int MaxText = 512;
    private const int MaxSignature = 2048;
    private const int MaxVerifier = 32 * 1024;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether it is one of Rekor v2, which says no time of its own.</summary>
    public static bool IsVersion2(LogEntry entry) => (entry.Kind, entry.KindVersion) is ("hashedrekord" or "dsse", "0.0.2");

    /// <summary>Throws <see cref="FormatException"/> that says what differs.</summary>
    public static void Match(LogEntry entry, LoggedContent content)
    {
        var body = ProtoMessage.Parse(entry.Body, SigstoreBundle.MaxBytes, "the log entry").Only("apiVersion", "kind", "spec");
        if (body.Text("kind", MaxText) != entry.Kind || body.Text("apiVersion", MaxText) != entry.KindVersion)
        {
            throw new FormatException("the log entry is of another kind than the bundle says");
        }

        var spec = body.Message("spec");
        switch (entry.Kind, entry.KindVersion)
        {
            case ("hashedrekord", "0.0.1"):
                MatchHashedRekord1(spec, content);
                break;
            case ("dsse", "0.0.1"):
                MatchDsse1(spec, content);
                break;
            case ("intoto", "0.0.1"):
                MatchIntoto1(spec, content);
                break;
            case ("intoto", "0.0.2"):
                MatchIntoto2(spec, content);
                break;
            case ("hashedrekord", "0.0.2"):
                MatchHashedRekord2(spec.Message("hashedRekordV002"), content);
                break;
            case ("dsse", "0.0.2"):
                MatchDsse2(spec.Message("dsseV002"), content);
                break;
            default:
                throw new FormatException($"a log entry of the kind {entry.Kind} {entry.KindVersion} is not known");
        }
    }

    private static void MatchHashedRekord1(ProtoMessage spec, LoggedContent content)
    {
        if (content.Artifact is null)
        {
            throw new FormatException("the log entry is about an artifact, and the bundle has an envelope");
        }

        var hash = spec.Message("data").Message("hash");
        Require(content.IsOfSigned(hash.Text("algorithm", MaxText), ReadHex(hash, "value")), "another artifact");
        var signature = spec.Message("signature");
        MatchSignature(signature.Bytes("content", MaxSignature), content);
        MatchPem(signature.Message("publicKey").Bytes("content", MaxVerifier), content);
    }

    private static void MatchDsse1(ProtoMessage spec, LoggedContent content)
    {
        MatchPayload(spec.Message("payloadHash"), content);
        var signature = OnlySignature(spec.Messages("signatures", 2));
        MatchSignature(signature.Bytes("signature", MaxSignature), content);
        MatchPem(signature.Bytes("verifier", MaxVerifier), content);
    }

    // The entry has no signature, only the hash of the whole envelope; it proves nothing without the exact bytes that were logged.
    private static void MatchIntoto1(ProtoMessage spec, LoggedContent content)
    {
        var inner = spec.Message("content");
        MatchPayload(inner.Message("payloadHash"), content);
        var hash = inner.Message("hash");
        Require(content.IsOfEnvelope(hash.Text("algorithm", MaxText), ReadHex(hash, "value")), "an envelope of other bytes");
        MatchPem(spec.Bytes("publicKey", MaxVerifier), content);
    }

    private static void MatchIntoto2(ProtoMessage spec, LoggedContent content)
    {
        var inner = spec.Message("content");
        MatchPayload(inner.Message("payloadHash"), content);
        var signature = OnlySignature(inner.Message("envelope").Messages("signatures", 2));
        MatchPem(signature.Bytes("publicKey", MaxVerifier), content);

        // This kind writes base64 of base64.
        var text = Encoding.ASCII.GetString(signature.Bytes("sig", MaxSignature));
        MatchSignature(ProtoBase64.TryDecode(text, out var bytes) ? bytes : throw signature.Wrong("sig", "is not base64 twice"), content);
    }

    private static void MatchHashedRekord2(ProtoMessage spec, LoggedContent content)
    {
        var data = spec.Message("data");
        Require(
            content.IsOfSigned(data.Text("algorithm", MaxText), data.Bytes("digest", SHA512.HashSizeInBytes)),
            content.Payload is null ? "another artifact" : "another envelope");
        MatchSignature2(spec.Message("signature"), content);
    }

    private static void MatchDsse2(ProtoMessage spec, LoggedContent content)
    {
        var hash = spec.Message("payloadHash");
        Require(content.IsOfPayload(hash.Text("algorithm", MaxText), hash.Bytes("digest", SHA512.HashSizeInBytes)), "another envelope");
        MatchSignature2(OnlySignature(spec.Messages("signatures", 2)), content);
    }

    private static void MatchSignature2(ProtoMessage signature, LoggedContent content)
    {
        MatchSignature(signature.Bytes("content", MaxSignature), content);
        var verifier = signature.Message("verifier");
        var member = content.IsCertificate ? "x509Certificate" : "publicKey";
        Require(
            verifier.OptionalMessage(member)?.Bytes("rawBytes", MaxVerifier).AsSpan().SequenceEqual(content.Verifier.Span) == true,
            "another certificate or key");
    }

    private static void MatchPayload(ProtoMessage hash, LoggedContent content) =>
        Require(content.IsOfPayload(hash.Text("algorithm", MaxText), ReadHex(hash, "value")), "another envelope");

    private static void MatchSignature(byte[] signature, LoggedContent content) =>
        Require(content.Signature.Span.SequenceEqual(signature), "another signature");

    private static void MatchPem(byte[] pem, LoggedContent content)
    {
        var text = Encoding.ASCII.GetString(pem);
        var same = PemEncoding.TryFind(text, out var fields)
            && text[fields.Label] == (content.IsCertificate ? "CERTIFICATE" : "PUBLIC KEY")
            && content.Verifier.Span.SequenceEqual(Convert.FromBase64String(text[fields.Base64Data]));
        Require(same, "another certificate or key");
    }

    private static ProtoMessage OnlySignature(IReadOnlyList<ProtoMessage> signatures) =>
        signatures.Count == 1 ? signatures[0] : throw new FormatException("the log entry does not have exactly one signature");

    private static byte[] ReadHex(ProtoMessage message, string name)
    {
        var text = message.Text(name, 2 * SHA512.HashSizeInBytes);
        return text.Length % 2 == 0 && !text.AsSpan().ContainsAnyExcept(HexDigits)
            ? Convert.FromHexString(text)
            : throw message.Wrong(name, "is not lower-case hexadecimal");
    }

    private static void Require(bool same, string what)
    {
        if (!same)
        {
            throw new FormatException($"the log entry is about {what}");
        }
    }
}
