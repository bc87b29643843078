using System.Security.Cryptography;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Tests.Notation.World;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Notation;

/// <summary>What can be wrong with the timestamp of a signature.</summary>
internal static class CountersignatureCases
{
    public static IReadOnlyDictionary<string, NotationCase> All { get; } = new Dictionary<string, NotationCase>
    {
        ["no timestamp where a store asks for one"] = Is("has no timestamp", r => r.Token = null),
        ["no timestamp for an expired certificate"] = Is("has no timestamp", r =>
        {
            r.Token = null;
            r.Chain.Leaf.To = TestWorld.Now.AddMinutes(-30);
        }) with { TimestampUse = NotationTimestampUse.AfterCertificateExpiry },
        ["timestamp of another signature"] = Token("of another signature", t => t.Imprinted = [1]),
        ["timestamp by another key"] = Token("does not verify", t => t.Key = ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        ["timestamp by an authority of no store"] = Token("no trust store of the kind 'tsa'", t =>
        {
            t.Authority = TestWorld.StrangeTimestamper;
            t.Authorities.Clear();
            t.Authorities.Add(TestWorld.StrangeTimestamper.Issuer.Intermediate.RawData);
        }),
        ["timestamp without its signer's certificate"] = Token("does not bring its signer's certificate", t => t.Embed = false),
        ["timestamp without the issuer's certificate"] = Token("no trust store of the kind 'tsa'", t => t.Authorities.Clear()),
        ["timestamp that names its signer by SHA-1"] = Token("by SHA-1 only", t => t.OldBinding = true),
        ["timestamp that names no signer"] = Token("signer's certificate", t => t.Bind = false),
        ["timestamp that names another certificate"] = Token(
            "does not bring its signer's certificate", t => t.BoundCertificate = TestWorld.StrangeTimestamper.Certificate),
        ["timestamp with a SHA-1 imprint"] = Token("not of SHA-2", t => t.ImprintOid = "1.3.14.3.2.26"),
        ["timestamp with two signers"] = Token("more than one signer", t => t.Signers = 2),
        ["timestamp with an unknown critical extension"] = Token("critical extension", t => t.CriticalExtension = true),
        ["timestamp before the certificate"] = Token("was not valid when tsa:times", t => t.Time = TestWorld.Now.AddDays(-31)),
        ["timestamp behind the certificate"] = Token("was not valid when tsa:times", t => t.Time = TestWorld.Now.AddDays(31)),
        ["timestamp whose clock may be behind the certificate"] = Is("was not valid when tsa:times", r =>
        {
            r.Chain.Leaf.To = TestWorld.Now;
            r.Token!.Accuracy = (1, 0, 0);
        }),
        ["timestamp whose clock may be before the certificate"] = Is("was not valid when tsa:times", r =>
        {
            r.Chain.Leaf.From = TestWorld.Now;
            r.Token!.Accuracy = (0, 0, 1);
        }),
        ["timestamp by the baseline policy, a second too near"] = Is("was not valid when tsa:times", r =>
        {
            r.Chain.Leaf.To = TestWorld.Now;
            r.Token!.Policy = "0.4.0.2023.1.1";
        }),
        ["timestamp with an accuracy below zero"] = Token("accuracy is out of bounds", t => t.Accuracy = (-1, 0, 0)),
        ["timestamp with an accuracy of too many parts"] = Token("accuracy is out of bounds", t => t.Accuracy = (0, 1000, 0)),
        ["timestamp by a certificate for code"] = By("for timestamping alone", new TestTimestamper(TestWorld.TimestampRoot, usages: ["1.3.6.1.5.5.7.3.3"])),
        ["timestamp by a certificate that is not critically for timestamps"] =
            By("for timestamping alone", new TestTimestamper(TestWorld.TimestampRoot, critical: false)),
        ["timestamp by a certificate that was over"] =
            By("NotTimeValid", new TestTimestamper(TestWorld.TimestampRoot, lifetime: TimeSpan.FromDays(30))),
        ["timestamp that is a whole answer"] = Is("damaged", r => r.ChangeToken = _ => r.Token!.Make([1])),
        ["timestamp cut short"] = Is("damaged", r => r.ChangeToken = t => t[..^1]),
        ["timestamp with a byte more"] = Is("damaged", r => r.ChangeToken = t => [.. t, 0]),
        ["timestamp with a certificate that is damaged"] = Token("certificate", t => t.Authorities.Add([0x30, 0])),
        ["empty timestamp"] = Is("damaged", r => r.ChangeToken = _ => []),
    };

    private static NotationCase Token(string words, Action<TokenRecipe> change) => Is(words, r => change(r.Token!));

    private static NotationCase By(string words, TestTimestamper timestamper) => Token(words, t => t.Authority = timestamper);

    private static NotationCase Is(string words, Action<EnvelopeRecipe> change) => new(NotationCheckKind.AuthenticTimestamp, words)
    {
        AsksForTimestamp = true,
        Recipe = r =>
        {
            r.Stamped();
            change(r);
        },
    };
}
