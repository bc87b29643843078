using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

/// <summary>Bundles that must be accepted, including unusual ones.</summary>
internal static class GoodCases
{
    private const string Old = "application/vnd.dev.sigstore.bundle+json;version=";

    public static IReadOnlyDictionary<string, HostileCase> All { get; } = new Dictionary<string, HostileCase>
    {
        ["version 0.1 with a promise alone"] = Good(r => (r.MediaType, r.Proof) = (Old + "0.1", false)),
        ["version 0.1 with a proof too"] = Good(r => r.MediaType = Old + "0.1"),
        ["version 0.2"] = Good(r => r.MediaType = Old + "0.2"),
        ["version 0.3 of the old media type"] = Good(r => r.MediaType = Old + "0.3"),
        ["version 0.3"] = Good(_ => { }),
        ["version 0.3 with a timestamp and no promise"] = Good(r => (r.Promise, r.Stamped) = (false, true)),
        ["envelope in a dsse entry"] = Envelope("dsse 0.0.1"),
        ["envelope in an intoto entry"] = Envelope("intoto 0.0.2"),
        ["Rekor v2"] = Good(HostileCase.V2),
        ["Rekor v2: envelope as its hash"] = V2Envelope("hashedrekord 0.0.2"),
        ["Rekor v2: envelope in a dsse entry"] = V2Envelope("dsse 0.0.2"),
        ["certificate with a P-384 key, signed with SHA-384"] = Good(
            r => (r.Key, r.Hash, r.Entry, r.Stamped) = (ECDsa.Create(ECCurve.NamedCurves.nistP384), HashAlgorithmName.SHA384, "hashedrekord 0.0.1", true)),
        ["certificate with a P-384 key, signed with SHA-256"] = Good(r => r.Key = ECDsa.Create(ECCurve.NamedCurves.nistP384)),
        ["certificate with a P-384 key, an envelope signed with SHA-256 as by cosign 2"] = Good(
            r => (r.Key, r.AsEnvelope, r.Entry) = (ECDsa.Create(ECCurve.NamedCurves.nistP384), true, "dsse 0.0.1")),
        ["certificate with a P-521 key, signed with SHA-512"] = Good(
            r => (r.Key, r.Hash) = (ECDsa.Create(ECCurve.NamedCurves.nistP521), HashAlgorithmName.SHA512)),
        ["certificate with an RSA key"] = Good(r => r.Key = RSA.Create(2048)),
        ["e-mail address"] = As("someone@example.com", l => l.Names = w => LeafRecipe.Email(w, "someone@example.com")),
        ["username"] = As("someone!example.com", l => l.Names = w => LeafRecipe.Username(w, "someone!example.com")),
        ["old issuer extension alone"] = Good(r => r.Leaf.NewIssuer = null),
        ["new issuer extension alone"] = Good(r => r.Leaf.OldIssuer = null),
        ["no issuer where none is asked for"] = new(null, "")
        {
            Recipe = r => (r.Leaf.OldIssuer, r.Leaf.NewIssuer) = (null, null),
            Identity = Identities.Of(LeafRecipe.Subject, null),
        },
        ["identity by a pattern"] = new(null, "")
        {
            Identity = new(IdentityPattern.Like("https://github.com/shop/*/.github/workflows/release.yml@refs/tags/v*"), IdentityPattern.Exactly(LeafRecipe.Issuer)),
        },
        ["timestamp of a certificate log with extensions"] = Good(r => r.Leaf.LogExtensions = [1, 2, 3, 4, 5]),
        ["no certificate log where none is asked for"] = new(null, "")
        {
            Recipe = r => r.Leaf.Logged = false,
            Requirements = new SigstoreRequirements { CertificateLogs = 0 },
        },
        ["timestamp without its certificate"] = Token(t => t.Embed = false),
        ["timestamp whose signer names its key"] = Token(t => t.ByKeyIdentifier = true),
        ["timestamp with the old binding"] = Token(t => t.OldBinding = true),
        ["timestamp granted with changes"] = Token(t => t.Status = 1),
        ["timestamp by an RSA key"] = ByRsa("1.2.840.113549.1.1.11"),
        ["timestamp by an RSA key under its own name"] = ByRsa("1.2.840.113549.1.1.1"),
        ["timestamp authority of which the root names the issuers alone"] = new(null, "")
        {
            Recipe = r => (r.Stamped, r.Promise) = (true, false),
            Root = root => root["timestampAuthorities"]![0]!["certChain"]!["certificates"]!.AsArray().RemoveAt(0),
        },
        ["timestamp authority behind an unknown one of the same names"] = new(null, "")
        {
            Recipe = r => (r.Stamped, r.Promise) = (true, false),
            Root = root => root["timestampAuthorities"]!.AsArray().Insert(0, TestWorld.AuthorityOf([TestWorld.StrangeTimestamper.Certificate, TestWorld.StrangeTimestamper.Issuer.Intermediate.RawData, TestWorld.StrangeTimestamper.Issuer.Root.RawData])),
        },
        ["unknown timestamp authority beside a good log"] = Good(r => (r.Stamped, r.Token.Authority) = (true, TestWorld.StrangeTimestamper)),
        ["entry of an unknown log beside a good one"] = Changed(b =>
        {
            var strange = b.Entry().DeepClone();
            strange["logId"]!["keyId"] = Convert.ToBase64String(new byte[32]);
            b.Material()["tlogEntries"]!.AsArray().Insert(0, strange);
        }),
        ["checkpoint with witnesses before the log"] = Good(r => r.ChangeCheckpoint = text => text.Replace(
            "\n\n\u2014", "\n\n\u2014 witness.example/w1 " + Convert.ToBase64String(new byte[76]) + "\n\u2014", StringComparison.Ordinal)),
        ["checkpoint with another key's signature of the same name"] = Good(r => r.ChangeCheckpoint = text =>
            text + TestWorld.StrangeLog.SignatureLine(text)),
        ["checkpoint with a line of its own"] = Good(r => r.ChangeCheckpoint = text =>
        {
            var note = text[..(text.IndexOf("\n\n", StringComparison.Ordinal) + 1)] + "Timestamp: 1689177396617352539\n";
            return $"{note}\n{TestWorld.Rekor1.SignatureLine(note)}";
        }),
        ["tree of one leaf"] = Good(r => (r.Index, r.TreeSize) = (0, 1)),
        ["last leaf of an uneven tree"] = Good(r => (r.Index, r.TreeSize) = (12, 13)),
        ["numbers as numbers"] = Changed(b => (b.Entry()["logIndex"], b.Proof()["treeSize"]) = (5, 11)),
        ["base64 of the URL alphabet without padding"] = Changed(b => b["messageSignature"]!["signature"] =
            b["messageSignature"]!["signature"]!.GetValue<string>().Replace('+', '-').Replace('/', '_').TrimEnd('=')),
        ["null for what is absent"] = Changed(b => (b.Material()["publicKey"], b["dsseEnvelope"]) = (null, null)),
        ["no digest in the signature"] = Changed(b => b["messageSignature"]!.AsObject().Remove("messageDigest")),
        ["signed a second before the certificate's end"] = Good(r => r.Leaf.To = TestWorld.Now.AddSeconds(1)),
        ["signed in the first second of the certificate"] = Good(r => r.Leaf.From = TestWorld.Now),
        ["log whose period ends at the entry's time"] = new(null, "") { Root = root => root.Period("tlogs")["end"] = "2026-11-21T02:00:00Z" },
        ["log that appears twice, with an old period first"] = new(null, "")
        {
            Root = root =>
            {
                var old = root.Log().DeepClone();
                old["publicKey"]!["validFor"]!["end"] = "2026-02-01T00:00:00Z";
                root["tlogs"]!.AsArray().Insert(0, old);
            },
        },
        ["authority that appears twice, with an old period first"] = new(null, "")
        {
            Root = root =>
            {
                var old = root["certificateAuthorities"]![0]!.DeepClone();
                old["validFor"]!["end"] = "2026-02-01T00:00:00Z";
                root["certificateAuthorities"]!.AsArray().Insert(0, old);
            },
        },
        ["root with members of tomorrow"] = new(null, "") { Root = root => root["witnesses"] = new JsonArray(1) },
        ["root of version 0.2"] = new(null, "") { Root = root => root["mediaType"] = "application/vnd.dev.sigstore.trustedroot.v0.2+json" },
        ["nothing but a certificate, judged by the clock"] = new(null, "")
        {
            Recipe = r => (r.Entry, r.Leaf.Logged) = ("", false),
            Requirements = SigstoreRequirements.SignatureOnly with { CurrentTime = TestWorld.Now },
        },
    };

    private static HostileCase Good(Action<BundleRecipe> change) => new(null, "") { Recipe = change };

    private static HostileCase Changed(Action<JsonNode> change) => new(null, "") { Bundle = change };

    private static HostileCase Envelope(string entry) => Good(r => (r.AsEnvelope, r.Entry) = (true, entry));

    private static HostileCase V2Envelope(string entry) => Good(r =>
    {
        HostileCase.V2(r);
        (r.AsEnvelope, r.Entry) = (true, entry);
    });

    private static HostileCase As(string subject, Action<LeafRecipe> change) =>
        new(null, "") { Recipe = r => change(r.Leaf), Identity = Identities.Of(subject) };

    private static HostileCase Token(Action<TokenRecipe> change) => Good(r =>
    {
        (r.Stamped, r.Promise) = (true, false);
        change(r.Token);
    });

    private static HostileCase ByRsa(string algorithm)
    {
        var timestamper = new TestTimestamper(TestWorld.TimestampRoot, RSA.Create(2048));
        return new HostileCase(null, "")
        {
            Recipe = r => (r.Stamped, r.Promise, r.Token.Authority, r.Token.SignatureOid) = (true, false, timestamper, algorithm),
        };
    }
}
