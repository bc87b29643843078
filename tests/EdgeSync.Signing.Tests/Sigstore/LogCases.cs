using System.Security.Cryptography;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

internal static class LogCases
{
    private const SigstoreCheckKind Log = SigstoreCheckKind.TransparencyLog;

    public static IReadOnlyDictionary<string, HostileCase> All { get; } = new Dictionary<string, HostileCase>
    {
        ["signature of other bytes"] = new(SigstoreCheckKind.Signature, "not one of")
        {
            Recipe = r => r.ChangeSignature = _ => ((ECDsa)r.Key).SignData("other"u8, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
        },
        ["signature as bare numbers"] = new(SigstoreCheckKind.Signature, "not one of")
        {
            Recipe = r => r.ChangeSignature = _ => ((ECDsa)r.Key).SignData(BundleRecipe.Artifact, HashAlgorithmName.SHA256),
        },
        ["signature with a trailing byte"] = new(SigstoreCheckKind.Signature, "not one of") { Recipe = r => r.ChangeSignature = s => [.. s, 0] },
        ["signature with SHA-384 of a P-256 key"] = new(SigstoreCheckKind.Signature, "not one of") { Recipe = r => r.Hash = HashAlgorithmName.SHA384 },
        ["envelope with SHA-384 of a P-256 key"] = new(SigstoreCheckKind.Signature, "envelope's signature")
        {
            Recipe = r => (r.Hash, r.AsEnvelope, r.Entry) = (HashAlgorithmName.SHA384, true, "dsse 0.0.1"),
        },
        ["digest of another artifact"] = new(SigstoreCheckKind.Subject, "another digest")
        {
            Bundle = b => b["messageSignature"]!["messageDigest"]!.Flip("digest"),
        },
        ["digest of an unknown kind"] = new(SigstoreCheckKind.Subject, "another digest")
        {
            Bundle = b => b["messageSignature"]!["messageDigest"]!["algorithm"] = "SHA1",
        },
        ["statement about something else"] = Envelope(
            SigstoreCheckKind.Subject, "not about", r => r.Statement = r.Statement.Replace(Hex()[..8], "00000000", StringComparison.Ordinal)),
        ["statement about nothing"] = Envelope(SigstoreCheckKind.Subject, "about nothing", r => r.Statement = Statement("[]")),
        ["statement about an upper-case digest"] = Envelope(
            SigstoreCheckKind.Subject, "not about", r => r.Statement = Statement($$$"""[{"digest":{"sha256":"{{{Hex().ToUpperInvariant()}}}"}}]""")),
        ["statement about a digest of another name"] = Envelope(
            SigstoreCheckKind.Subject, "not about", r => r.Statement = Statement($$$"""[{"digest":{"sha512":"{{{Hex()}}}"}}]""")),
        ["statement with two subjects members"] = Envelope(
            SigstoreCheckKind.Subject, "appears twice", r => r.Statement = r.Statement.Replace("\"subject\":", "\"subject\":[],\"subject\":", StringComparison.Ordinal)),
        ["statement with a member in other case"] = Envelope(
            SigstoreCheckKind.Subject, "spelled 'subject'", r => r.Statement = r.Statement.Replace("\"subject\"", "\"Subject\"", StringComparison.Ordinal)),
        ["statement of another type"] = Envelope(
            SigstoreCheckKind.Subject, "_type", r => r.Statement = r.Statement.Replace("Statement/v1", "Statement/v9", StringComparison.Ordinal)),
        ["envelope of another payload type"] = Envelope(SigstoreCheckKind.Subject, "in-toto", r => r.PayloadType = "text/plain"),
        ["envelope whose payload was changed"] = new(SigstoreCheckKind.Signature, "envelope's signature")
        {
            Recipe = r => (r.AsEnvelope, r.Entry) = (true, "dsse 0.0.1"),
            Bundle = b => b["dsseEnvelope"]!.Flip("payload"),
        },
        ["no log entry"] = new(Log, "0 trusted logs") { Recipe = r => (r.Entry, r.Stamped) = ("", true) },
        ["unknown log"] = new(Log, "0 trusted logs") { Recipe = r => (r.Log, r.Stamped) = (TestWorld.StrangeLog, true) },
        ["one log where two are wanted"] = new(Log, "1 trusted logs") { Requirements = new SigstoreRequirements { Logs = 2 } },
        ["the same entry twice where two are wanted"] = new(Log, "1 trusted logs")
        {
            Requirements = new SigstoreRequirements { Logs = 2 },
            Bundle = b => b.Material()["tlogEntries"]!.AsArray().Add(b.Entry().DeepClone()),
        },
        ["log entry's time was changed"] = new(Log, "signed entry timestamp") { Bundle = b => b.Entry()["integratedTime"] = "1795226401" },
        ["log entry's index was changed"] = new(Log, "signed entry timestamp") { Bundle = b => b.Entry()["logIndex"] = "6" },
        ["signed entry timestamp was changed"] = new(Log, "signed entry timestamp")
        {
            Bundle = b => b.Entry()["inclusionPromise"]!.Flip("signedEntryTimestamp"),
        },
        ["signed entry timestamp by another log"] = new(Log, "signed entry timestamp")
        {
            Recipe = r => r.Log = TestWorld.StrangeLog,
            Bundle = b => b.Entry()["logId"]!["keyId"] = Convert.ToBase64String(TestWorld.Rekor1.Id),
        },
        ["log took it in at no time"] = new(Log, "at no time") { Recipe = r => r.LoggedAt = DateTimeOffset.UnixEpoch },
        ["log was over"] = new(Log, "was not trusted") { Root = root => root.Period("tlogs")["end"] = "2026-11-21T01:59:59Z" },
        ["log was not yet trusted"] = new(Log, "was not trusted") { Root = root => root.Period("tlogs")["start"] = "2026-11-21T02:00:01Z" },
        ["log's key is of an unknown kind"] = new(Log, "cannot be used") { Root = root => root.Log()["publicKey"]!["keyDetails"] = "ML_DSA_65" },
        ["log's key is not what it is said to be"] = new(Log, "cannot be used")
        {
            Root = root => root.Log()["publicKey"]!["keyDetails"] = "PKIX_ECDSA_P384_SHA_384",
        },
        ["entry's signature was changed"] = new(Log, "another signature")
        {
            Recipe = r => r.ChangeBody = body => body["spec"]!["signature"]!.Flip("content"),
        },
        ["entry is about another artifact"] = new(Log, "another artifact")
        {
            Recipe = r => r.ChangeBody = body => body["spec"]!["data"]!["hash"]!["value"] = new string('0', 64),
        },
        ["entry's hash is in upper case"] = new(Log, "lower-case")
        {
            Recipe = r => r.ChangeBody = body => body["spec"]!["data"]!["hash"]!["value"] = Hex().ToUpperInvariant(),
        },
        ["entry's hash is of an unknown kind"] = new(Log, "another artifact")
        {
            Recipe = r => r.ChangeBody = body => body["spec"]!["data"]!["hash"]!["algorithm"] = "md5",
        },
        ["entry has another certificate"] = new(Log, "another certificate")
        {
            Recipe = r => r.ChangeBody = body => body["spec"]!["signature"]!["publicKey"]!["content"] = Convert.ToBase64String(
                System.Text.Encoding.ASCII.GetBytes(TestWorld.Authority.Root.ExportCertificatePem())),
        },
        ["entry has a key for the certificate"] = new(Log, "another certificate")
        {
            Recipe = r => r.ChangeBody = body => body["spec"]!["signature"]!["publicKey"]!["content"] = Convert.ToBase64String(
                System.Text.Encoding.ASCII.GetBytes(PemEncoding.WriteString("PUBLIC KEY", r.Spki()))),
        },
        ["entry's own kind differs"] = new(Log, "another kind") { Recipe = r => r.ChangeBody = body => body["kind"] = "dsse" },
        ["entry of an unknown kind"] = new(Log, "is not known") { Recipe = r => r.Entry = "rpm 0.0.1" },
        ["entry is no JSON"] = new(Log, "not valid JSON") { Bundle = b => b.Entry()["canonicalizedBody"] = Convert.ToBase64String("nothing"u8) },
        ["entry of an artifact for an envelope"] = new(Log, "the bundle has an envelope") { Recipe = r => r.AsEnvelope = true },
        ["entry of an envelope for an artifact"] = new(Log, "another envelope") { Recipe = r => r.Entry = "dsse 0.0.1" },
        ["dsse entry of another payload"] = Envelope(Log, "another envelope", r => r.ChangeBody = body =>
            body["spec"]!["payloadHash"]!["value"] = new string('0', 64)),
        ["dsse entry of another signature"] = Envelope(Log, "another signature", r => r.ChangeBody = body =>
            body["spec"]!["signatures"]![0]!.Flip("signature")),
        ["dsse entry with two signatures"] = Envelope(Log, "exactly one signature", r => r.ChangeBody = body =>
            body["spec"]!["signatures"]!.AsArray().Add(body["spec"]!["signatures"]![0]!.DeepClone())),
        ["intoto entry of an envelope whose own bytes are not here"] = Envelope(Log, "an envelope of other bytes", _ => { }, "intoto 0.0.1"),
        ["intoto entry of another payload"] = Envelope(
            Log, "another envelope", r => r.ChangeBody = body => body["spec"]!["content"]!["payloadHash"]!["value"] = new string('0', 64), "intoto 0.0.2"),
        ["intoto entry with base64 once"] = Envelope(
            Log, "base64 twice", r => r.ChangeBody = body => body["spec"]!["content"]!["envelope"]!["signatures"]![0]!["sig"] = "AAAA", "intoto 0.0.2"),
    };

    private static HostileCase Envelope(SigstoreCheckKind kind, string words, Action<BundleRecipe> change, string entry = "dsse 0.0.1") =>
        new(kind, words)
        {
            Recipe = r =>
            {
                (r.AsEnvelope, r.Entry) = (true, entry);
                change(r);
            },
        };

    private static string Hex() => Convert.ToHexStringLower(SHA256.HashData(BundleRecipe.Artifact));

    private static string Statement(string subjects) =>
        $$$"""{"_type":"https://in-toto.io/Statement/v1","subject":{{{subjects}}},"predicateType":"https://sigstore.dev/cosign/sign/v1"}""";
}
