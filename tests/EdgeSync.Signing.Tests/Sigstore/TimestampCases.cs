using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

internal static class TimestampCases
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    public static IReadOnlyDictionary<string, HostileCase> All { get; } = new Dictionary<string, HostileCase>
    {
        ["timestamp of another signature"] = Token("another signature", t => t.Imprinted = [1]),
        ["timestamp by another key"] = Token("does not verify", t => t.Key = ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        ["timestamp that was refused"] = Token("refused", t => t.Status = 2),
        ["timestamp of a later version"] = Token("not of version 1", t => t.Version = 2),
        ["timestamp with a SHA-1 imprint"] = Token("not of SHA-2", t => t.ImprintOid = "1.3.14.3.2.26"),
        ["timestamp without signed attributes"] = Token("no signed attributes", t => t.WithAttributes = false),
        ["timestamp that signs another content's type"] = Token("another content", t => t.AttributeContentType = "1.2.840.113549.1.7.1"),
        ["timestamp that signs another content"] = Token("another content", t => t.AttributeDigest = new byte[32]),
        ["timestamp that signs no certificate"] = Token("signer's certificate", t => t.Bind = false),
        ["timestamp with an attribute twice"] = Token("twice", t => t.DoubleAttribute = true),
        ["timestamp with two signers"] = Token("more than one signer", t => t.Signers = 2),
        ["timestamp without signers"] = Token("damaged", t => t.Signers = 0),
        ["timestamp with an unknown critical extension"] = Token("critical extension", t => t.CriticalExtension = true),
        ["timestamp with a trailing byte"] = Token("damaged", t => t.Change = der => [.. der, 0]),
        ["timestamp that is cut short"] = Token("damaged", t => t.Change = der => der[..^1]),
        ["timestamp that is no DER"] = Token("damaged", t => t.Change = _ => [1, 2, 3]),
        ["timestamp with a signature algorithm of another hash"] = Token("does not verify", t => t.SignatureOid = "1.2.840.10045.4.3.3"),
        ["timestamp with a signature algorithm of another key"] = Token("does not verify", t => t.SignatureOid = "1.2.840.113549.1.1.11"),
        ["timestamp with SHA-1 and ECDSA"] = Token("does not verify", t => t.SignatureOid = "1.2.840.10045.4.1"),
        ["certificate that is not critically for timestamps"] = By("for timestamping alone", new TestTimestamper(TestWorld.TimestampRoot, critical: false)),
        ["certificate for timestamps and more"] = By(
            "for timestamping alone", new TestTimestamper(TestWorld.TimestampRoot, usages: [TestTimestamper.Timestamping, CodeSigning])),
        ["certificate for code"] = By("for timestamping alone", new TestTimestamper(TestWorld.TimestampRoot, usages: [CodeSigning])),
        ["certificate that was over at the timestamp"] = By(
            "NotTimeValid", new TestTimestamper(TestWorld.TimestampRoot, lifetime: TimeSpan.FromDays(30))),
        ["weak RSA key"] = By("size is not", new TestTimestamper(TestWorld.TimestampRoot, RSA.Create(1024)), "1.2.840.113549.1.1.11"),
        ["authority that was over"] = new(SigstoreCheckKind.Timestamp, "was not trusted")
        {
            Recipe = r => r.Stamped = true,
            Root = root => root.Period("timestampAuthorities")["end"] = "2026-11-21T01:59:59Z",
        },
        ["authority that was not yet trusted"] = new(SigstoreCheckKind.Timestamp, "was not trusted")
        {
            Recipe = r => r.Stamped = true,
            Root = root => root.Period("timestampAuthorities")["start"] = "2026-11-21T02:00:01Z",
        },
        ["unknown authority where one is wanted"] = new(SigstoreCheckKind.Timestamp, "0 timestamp authorities")
        {
            Recipe = r => (r.Stamped, r.Token.Authority) = (true, TestWorld.StrangeTimestamper),
            Requirements = new SigstoreRequirements { TimestampAuthorities = 1 },
        },
        ["own certificate bound to another name"] = new(SigstoreCheckKind.Timestamp, "0 timestamp authorities")
        {
            Recipe = r => (r.Stamped, r.Token.BoundCertificate) = (true, TestWorld.StrangeTimestamper.Certificate),
            Requirements = new SigstoreRequirements { TimestampAuthorities = 1 },
        },
        ["no timestamp where one is wanted"] = new(SigstoreCheckKind.Timestamp, "0 timestamp authorities")
        {
            Requirements = new SigstoreRequirements { TimestampAuthorities = 1 },
        },
        ["one authority twice where two are wanted"] = new(SigstoreCheckKind.Timestamp, "1 timestamp authorities")
        {
            Recipe = r => r.Stamped = true,
            Bundle = b =>
            {
                var list = b.Material()["timestampVerificationData"]!["rfc3161Timestamps"]!.AsArray();
                list.Add(list[0]!.DeepClone());
            },
            Requirements = new SigstoreRequirements { TimestampAuthorities = 2 },
        },
        ["timestamp outside the certificate beside a good log time"] = new(SigstoreCheckKind.Certificate, "NotTimeValid")
        {
            Recipe = r => (r.Stamped, r.Token.Time) = (true, TestWorld.Now.AddHours(1)),
        },
        ["no proven time and no clock"] = new(SigstoreCheckKind.Time, "no time at which")
        {
            Recipe = r => r.Entry = "",
            Requirements = SigstoreRequirements.SignatureOnly,
        },
        ["no proven time and a clock past the certificate"] = new(SigstoreCheckKind.Certificate, "NotTimeValid")
        {
            Recipe = r => r.Entry = "",
            Requirements = SigstoreRequirements.SignatureOnly with { CurrentTime = TestWorld.Now.AddDays(1) },
        },
        ["log time alone where two times are wanted"] = new(SigstoreCheckKind.Time, "1 times")
        {
            Requirements = new SigstoreRequirements { ProvenTimes = 2 },
        },
    };

    private static HostileCase Token(string words, Action<TokenRecipe> change) => new(SigstoreCheckKind.Timestamp, words)
    {
        Recipe = r =>
        {
            r.Stamped = true;
            change(r.Token);
        },
    };

    private static HostileCase By(string words, TestTimestamper timestamper, string algorithm = "1.2.840.10045.4.3.2") =>
        new(SigstoreCheckKind.Timestamp, words)
        {
            Recipe = r => (r.Stamped, r.Token.Authority, r.Token.SignatureOid) = (true, timestamper, algorithm),
            Root = root => root["timestampAuthorities"]![0]!["certChain"]!["certificates"]![0] =
                new JsonObject { ["rawBytes"] = Convert.ToBase64String(timestamper.Certificate) },
        };
}
