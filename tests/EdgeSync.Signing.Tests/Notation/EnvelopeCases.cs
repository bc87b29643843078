using System.Security.Cryptography;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Tests.Notation.World;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Notation;

/// <summary>What can be wrong with an envelope in either format: its signature, its content and its headers.</summary>
internal static class EnvelopeCases
{
    private const string Prefix = EnvelopeRecipe.Prefix;
    private static readonly byte[] Root = new ChainRecipe().Certificates[^1];

    public static IReadOnlyDictionary<string, NotationCase> All { get; } = new Dictionary<string, NotationCase>
    {
        ["signed by another key"] = Is("not one of the envelope", r => r.Key = ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        ["signature of zeros"] = Is("not one of the envelope", r => r.ChangeSignature = s => new byte[s.Length]),
        ["signature with a bit changed"] = Is("not one of the envelope", r => r.ChangeSignature = s => [.. s[..^1], (byte)(s[^1] ^ 1)]),
        ["signature cut short"] = Is("not one of the envelope", r => r.ChangeSignature = s => s[..^1]),
        ["signature with a byte more"] = Is("not one of the envelope", r => r.ChangeSignature = s => [.. s, 0]),
        ["signature in DER"] = Is("not one of the envelope", r => r.ChangeSignature = AsDer),
        ["no signature"] = Is("signature is empty", r => r.ChangeSignature = _ => []),
        ["longer than any signature"] = Is("", r => r.ChangeSignature = _ => new byte[513]),
        ["signed with another hash than the algorithm's"] = Is("not one of the envelope", r => r.Hash = HashAlgorithmName.SHA512),
        ["algorithm of another curve"] = Is("says ES384", r => r.Algorithm = "ES384"),
        ["algorithm of another kind of key"] = Is("says PS256", r => r.Algorithm = "PS256"),
        ["symmetric algorithm"] = Is("none of the specification", r => r.Algorithm = "HS256"),
        ["RSA with PKCS#1"] = Is("none of the specification", r => r.Algorithm = "RS256"),
        ["no algorithm at all"] = Is("none of the specification", r => r.Algorithm = "none"),
        ["RSA key with the hash of another size"] = Is("says PS512", r =>
        {
            r.Chain.Leaf.Key = RSA.Create(2048);
            (r.Algorithm, r.Hash) = ("PS512", HashAlgorithmName.SHA512);
        }),
        ["RSA key of 1024 bits"] = Is("RSA key's size", r =>
        {
            r.Chain.Leaf.Key = RSA.Create(1024);
            r.Algorithm = "PS256";
        }),
        ["RSA key of a size that is not in the table"] = Is("none of RSA of 2048", r =>
        {
            r.Chain.Leaf.Key = RSA.Create(2056);
            r.Algorithm = "PS256";
        }),
        ["curve that is not in the table"] = Is("is not one of P-256", r =>
        {
            r.Chain.Leaf.Key = ECDsa.Create(ECCurve.CreateFromFriendlyName("secP256k1"));
        }),
        ["another digest"] = Is("not of sha256:", r => r.Payload = Payload(digest: Digest.Of("other"u8).ToString())),
        ["digest in upper case"] = Is("64 lower-case", r => r.Payload = Payload(digest: EnvelopeRecipe.Target.Digest.ToString().ToUpperInvariant())),
        ["digest of SHA-512"] = Is("64 lower-case", r => r.Payload = Payload(digest: "sha512:" + new string('a', 128))),
        ["another size"] = Is("bytes, not of", r => r.Payload = Payload(size: "18")),
        ["size as text"] = Is("size is not a whole number", r => r.Payload = Payload(size: "\"17\"")),
        ["size with a fraction"] = Is("size is not a whole number", r => r.Payload = Payload(size: "17.0")),
        ["size with an exponent"] = Is("size is not a whole number", r => r.Payload = Payload(size: "17e0")),
        ["size below zero"] = Is("size is not a whole number", r => r.Payload = Payload(size: "-17")),
        ["another media type"] = Is($"not of '{MediaTypes.ImageIndex}'", r => r.Payload = Payload(mediaType: MediaTypes.ImageManifest)),
        ["payload without the target"] = Is("targetArtifact is missing", r => r.Payload = "{}"),
        ["payload that is a list"] = Is("payload is not an object", r => r.Payload = "[]"),
        ["payload that is empty"] = Is("payload is not valid JSON", r => r.Payload = ""),
        ["payload with another member"] = Is("unknown member 'extra'", r => r.Payload = """{"targetArtifact":{},"extra":1}"""),
        ["payload with two targets"] = Is("appears twice", r => r.Payload = $$$"""{"targetArtifact":{},{{{Payload()[1..]}}}"""),
        ["payload with a target in other case"] = Is("appears twice", r => r.Payload = $$$"""{"TargetArtifact":{},{{{Payload()[1..]}}}"""),
        ["payload with bytes behind it"] = Is("payload is not valid JSON", r => r.Payload = Payload() + "x"),
        ["descriptor with an unknown member"] = Is("unknown member 'platform'", r => r.Payload = Payload(more: ",\"platform\":{}")),
        ["descriptor without a media type"] = Is("mediaType is missing", r => r.Payload = """{"targetArtifact":{"digest":"","size":1}}"""),
        ["annotation that is no text"] = Is("is not text", r => r.Payload = Payload(more: ",\"annotations\":{\"a\":1}")),
        ["annotations without end"] = Is("more than 64", r => r.Payload =
            Payload(more: ",\"annotations\":{" + string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"{i}\":\"\"")) + "}")),
        ["another content type"] = Is("content type is not", r => r.ContentType = "application/vnd.cncf.notary.payload.v2+json"),
        ["content type in other case"] = Is("content type is not", r => r.ContentType = "application/vnd.CNCF.notary.payload.v1+json"),
        ["no signing scheme"] = Is("signing scheme is missing", r => r.Scheme = null),
        ["unknown signing scheme"] = Is("'notary.x509.v2' is not known", r => r.Scheme = "notary.x509.v2"),
        ["scheme that is not critical"] = Is("not marked as critical", r => r.Critical[0] = Prefix + "expiry"),
        ["expiry that is not critical"] = Is("expiry' is not marked as critical", r => r.Expiry = TestWorld.Now.AddDays(1)),
        ["authentic time that is not critical"] = Is("authenticSigningTime' is not marked as critical", r => r.AsAuthority().Critical.RemoveAt(1)),
        ["critical header that is missing"] = Is("expiry' is missing", r => r.Critical.Add(Prefix + "expiry")),
        ["critical header named twice"] = Is("named twice", r => r.Critical.Add(Prefix + "signingScheme")),
        ["unknown critical header"] = Is("'com.example.rule' is not known", r =>
        {
            r.More["com.example.rule"] = "x";
            r.Critical.Add("com.example.rule");
        }),
        ["signing time as a critical header"] = Is("signingTime' is not known", r => r.Critical.Add(Prefix + "signingTime")),
        ["critical headers without end"] = Is("16", r => r.Critical.AddRange(Enumerable.Range(0, 16).Select(i => $"x{i}"))),
        ["verification plugin"] = Is("verification plugin", r =>
        {
            r.More[Prefix + "verificationPlugin"] = "com.example.plugin";
            r.Critical.Add(Prefix + "verificationPlugin");
        }),
        ["verification plugin that is not critical"] = Is("verification plugin", r => r.More[Prefix + "verificationPlugin"] = "com.example.plugin"),
        ["least version of a verification plugin"] = Is("verification plugin", r => r.Critical.Add(Prefix + "verificationPluginMinVersion")),
        ["no signing time"] = Is("has the signing time", r => r.SigningTime = null),
        ["both times of a user"] = Is("no authentic one", r =>
        {
            r.AuthenticTime = r.SigningTime;
            r.Critical.Add(Prefix + "authenticSigningTime");
        }),
        ["authority without the authentic time"] = Is("authentic signing time, and no other", r => r.Scheme = "notary.x509.signingAuthority"),
        ["both times of an authority"] = Is("authentic signing time, and no other", r => r.AsAuthority().SigningTime = TestWorld.Now),
        ["expiry at the signing time"] = Is("expires before", r => r.Expiring(r.SigningTime!.Value)),
        ["expiry before the authentic time"] = Is("expires before", r => r.AsAuthority().Expiring(r.AuthenticTime!.Value.AddSeconds(-1))),
        ["no certificates"] = Is("", r => r.Chain.Change = _ => []) with { Root = Root },
        ["more certificates than any chain"] = Is("8", r => r.Chain.Change = c => [.. Enumerable.Repeat(c[0], 9)]) with { Root = Root },
        ["certificate that is none"] = Is("certificate is damaged", r => r.Chain.Change = c => [[1, 2, 3], .. c[1..]]),
        ["certificate with a byte more"] = Is("certificate is damaged", r => r.Chain.Change = c => [[.. c[0], 0], .. c[1..]]),
        ["certificate as PEM"] = Is("certificate is damaged", r => r.Chain.Change = c => [System.Text.Encoding.ASCII.GetBytes(ChainRecipe.Pem([c[0]])), .. c[1..]]),
        ["larger than any envelope"] = Is("more than 65536 bytes", r => r.Change = e => [.. e, .. new byte[70_000]]),
        ["nothing at all"] = Is("", r => r.Change = _ => []),
        ["cut short"] = Is("", r => r.Change = e => e[..^1]),
        ["bytes behind the envelope"] = Is("", r => r.Change = e => [.. e, 0]),
    };

    private static NotationCase Is(string words, Action<EnvelopeRecipe> recipe) => new(NotationCheckKind.Integrity, words) { Recipe = recipe };

    private static string Payload(string? mediaType = null, string? digest = null, string? size = null, string more = "") =>
        $$$"""{"targetArtifact":{"mediaType":"{{{mediaType ?? EnvelopeRecipe.Target.MediaType}}}","digest":"{{{digest ?? EnvelopeRecipe.Target.Digest.ToString()}}}","size":{{{size ?? $"{EnvelopeRecipe.Target.Size}"}}}{{{more}}} } }""";

    private static byte[] AsDer(byte[] signature)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(Trim(signature.AsSpan(0, 32)));
            writer.WriteIntegerUnsigned(Trim(signature.AsSpan(32)));
        }

        return writer.Encode();
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> number)
    {
        var shortened = number.TrimStart((byte)0);
        return shortened.IsEmpty ? number[^1..] : shortened;
    }
}
