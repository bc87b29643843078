using System.Text;
using EdgeSync.Signing.Sigstore.Certificates;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Notation.Envelopes;

/// <summary>
/// Reads the JWS envelope (signature-envelope-jws.md): the flattened JSON form with one signature. Unsigned members other than the three that the
/// specification has are refused; signed members that are neither critical nor defined by JOSE are skipped.
/// </summary>
internal static class JwsReader
{
    private const int MaxHeaders = 32;
    private const string TimestampName = "io.cncf.notary.timestampSignature";
    private const string AgentName = "io.cncf.notary.signingAgent";

    // Names that JOSE defines, but that the specification does not use: keys, other encodings (RFC 7515, section 4.1; RFC 7797).
    private static readonly string[] Registered =
        ["jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "b64", "enc", "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c"];

    public static NotationEnvelope Read(ReadOnlySpan<byte> content)
    {
        var envelope = StrictObject.Parse(content, "the envelope").Only("payload", "protected", "header", "signature");
        var protectedText = envelope.Text("protected", content.Length);
        var payloadText = envelope.Text("payload", content.Length);
        var attributes = new SignedAttributes();
        var algorithm = ReadProtected(Decode(protectedText, "the protected header"), attributes);
        var header = envelope.Object("header").Only("x5c", TimestampName, AgentName);
        header.OptionalText(AgentName, NotationEnvelope.MaxAgentLength);
        var signature = Decode(envelope.Text("signature", content.Length), "the signature");
        return new NotationEnvelope
        {
            Algorithm = algorithm,
            Attributes = attributes,
            Payload = Decode(payloadText, "the payload"),
            IsSignedBy = leaf => algorithm.Verify(leaf, Encoding.ASCII.GetBytes($"{protectedText}.{payloadText}"), signature),
            Signature = signature.Length is > 0 and <= NotationEnvelope.MaxSignatureBytes
                ? signature
                : throw new FormatException("the signature is empty or longer than any"),
            Certificates = [.. header
                .Texts("x5c", NotationEnvelope.MaxCertificates, StrictCertificate.MaxBytes * 2)
                .Select(text => DecodeStandard(text, "a certificate"))],
            Timestamp = header.OptionalText(TimestampName, NotationEnvelope.MaxTimestampBytes * 2) is { } timestamp
                ? DecodeStandard(timestamp, "the timestamp")
                : null,
        };
    }

    private static NotationAlgorithm ReadProtected(byte[] json, SignedAttributes attributes)
    {
        var header = StrictObject.Parse(json, "the protected header");
        var count = 0;
        foreach (var name in header.Names)
        {
            if (++count > MaxHeaders || name.Length > SignedAttributes.MaxNameLength || Registered.Contains(name))
            {
                throw new FormatException(count > MaxHeaders
                    ? $"the protected header has more than {MaxHeaders} members"
                    : $"the protected header has the member '{Printable.Of(name)}', which has no place in it");
            }

            attributes.AddOther(name);
        }

        foreach (var name in header.Texts("crit", SignedAttributes.MaxCritical, SignedAttributes.MaxNameLength))
        {
            attributes.AddCritical(name);
        }

        attributes.ContentType = header.Text("cty", SignedAttributes.MaxNameLength);
        attributes.SchemeText = header.OptionalText(SignedAttributes.SchemeName, SignedAttributes.MaxNameLength);
        attributes.SigningTime = header.OptionalTime(SignedAttributes.SigningTimeName);
        attributes.AuthenticTime = header.OptionalTime(SignedAttributes.AuthenticTimeName);
        attributes.Expiry = header.OptionalTime(SignedAttributes.ExpiryName);
        attributes.Check();
        var algorithm = header.Text("alg", SignedAttributes.MaxNameLength);
        return NotationAlgorithm.Find(algorithm)
            ?? throw new FormatException($"the algorithm '{Printable.Of(algorithm)}' is none of the specification");
    }

    private static byte[] Decode(string text, string what) => StrictBase64Url.TryDecode(text, out var content)
        ? content
        : throw new FormatException($"{what} is not base64url in its one spelling");

    private static byte[] DecodeStandard(string text, string what) => StrictBase64.TryDecode(text, out var content)
        ? content
        : throw new FormatException($"{what} is not base64 in its one spelling");
}
