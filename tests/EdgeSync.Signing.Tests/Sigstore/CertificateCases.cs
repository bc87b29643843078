using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

internal static class CertificateCases
{
    public static IReadOnlyDictionary<string, HostileCase> All { get; } = new Dictionary<string, HostileCase>
    {
        ["certificate was over when it signed"] = Chain("NotTimeValid", r => r.Leaf.To = TestWorld.Now.AddSeconds(-1)),
        ["certificate was not yet valid when it signed"] = Chain("NotTimeValid", r => r.Leaf.From = TestWorld.Now.AddSeconds(1)),
        ["certificate of another authority"] = Chain("does not hold", r => r.Authority = TestWorld.StrangeAuthority),
        ["root has no authority"] = new(SigstoreCheckKind.Certificate, "no certificate authority")
        {
            Root = root => root["certificateAuthorities"] = new JsonArray(),
        },
        ["authority was over"] = new(SigstoreCheckKind.Certificate, "no certificate authority")
        {
            Root = root => root.Period("certificateAuthorities")["end"] = "2026-11-21T01:59:59Z",
        },
        ["authority was not yet trusted"] = new(SigstoreCheckKind.Certificate, "no certificate authority")
        {
            Root = root => root.Period("certificateAuthorities")["start"] = "2026-11-21T02:00:01Z",
        },
        ["root without its intermediate"] = new(SigstoreCheckKind.Certificate, "does not hold")
        {
            Root = root => root["certificateAuthorities"]![0]!["certChain"]!["certificates"]!.AsArray().RemoveAt(0),
        },
        ["intermediate without its root"] = new(SigstoreCheckKind.Certificate, "does not hold")
        {
            Root = root => root["certificateAuthorities"]![0]!["certChain"]!["certificates"]!.AsArray().RemoveAt(1),
        },
        ["certificate for servers"] = Leaf("not one for code signing", l => l.Usage = "1.3.6.1.5.5.7.3.1"),
        ["certificate for any purpose"] = Leaf("not one for code signing", l => l.Usage = "2.5.29.37.0"),
        ["certificate of an authority"] = Leaf("one of an authority", l => l.IsAuthority = true),
        ["key that may not sign"] = Leaf("may not sign", l => l.KeyUsage = X509KeyUsageFlags.KeyEncipherment),
        ["no subject"] = Leaf("names no subject", l => l.Names = null),
        ["no name in the subject"] = Leaf("damaged", l => l.Names = _ => { }),
        ["two subjects"] = Leaf("more than one subject", l => l.Names = w =>
        {
            LeafRecipe.Uri(w, LeafRecipe.Subject);
            LeafRecipe.Uri(w, "https://example.com/second");
        }),
        ["the wanted subject behind another"] = Leaf("more than one subject", l => l.Names = w =>
        {
            LeafRecipe.Email(w, "mallory@example.com");
            LeafRecipe.Uri(w, LeafRecipe.Subject);
        }),
        ["subject is a host"] = Leaf("neither a URI", l => l.Names = w => LeafRecipe.Dns(w, "example.com")),
        ["subject of another kind of username"] = Leaf("kind that Sigstore does not have", l => l.Names = w => LeafRecipe.Username(w, "x", "1.2.3")),
        ["subject is no name at all"] = Leaf("damaged", l => l.Names = w => w.WriteOctetString([1])),
        ["two issuers that differ"] = Leaf("issuer extensions differ", l => l.OldIssuer = "https://evil.example.com"),
        ["weak RSA key"] = new(SigstoreCheckKind.Certificate, "size is not") { Recipe = r => r.Key = RSA.Create(1024) },
        ["key on another curve"] = new(SigstoreCheckKind.Certificate, "curve 1.3.132.0.10")
        {
            Recipe = r => r.Key = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10")),
        },
        ["certificate with a trailing byte"] = new(SigstoreCheckKind.Certificate, "damaged")
        {
            Bundle = b => b.Material()["certificate"]!["rawBytes"] =
                Convert.ToBase64String([.. Convert.FromBase64String(b.Material()["certificate"]!["rawBytes"]!.GetValue<string>()), 0]),
        },
        ["certificate in PEM"] = new(SigstoreCheckKind.Certificate, "damaged")
        {
            Bundle = b => b.Material()["certificate"]!["rawBytes"] = Convert.ToBase64String("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"u8),
        },
        ["certificate whose signature was changed"] = new(SigstoreCheckKind.TransparencyLog, "another certificate")
        {
            Bundle = b => b.Material()["certificate"]!.Flip("rawBytes"),
        },
        ["another subject"] = new(SigstoreCheckKind.Identity, "names 'https://github.com/shop") { Identity = Identities.Of("https://github.com/evil") },
        ["subject that the wanted one begins with"] = new(SigstoreCheckKind.Identity, "names")
        {
            Identity = Identities.Of(LeafRecipe.Subject[..^1]),
        },
        ["subject in other case"] = new(SigstoreCheckKind.Identity, "names") { Identity = Identities.Of(LeafRecipe.Subject.ToUpperInvariant()) },
        ["another issuer"] = new(SigstoreCheckKind.Identity, "known to")
        {
            Identity = Identities.Of(LeafRecipe.Subject, "https://accounts.example.com"),
        },
        ["no issuer where one is wanted"] = new(SigstoreCheckKind.Identity, "known to no named issuer")
        {
            Recipe = r => (r.Leaf.OldIssuer, r.Leaf.NewIssuer) = (null, null),
        },
        ["no timestamp of a certificate log"] = Transparency("0 trusted certificate logs", l => l.Logged = false),
        ["unknown certificate log"] = Transparency("0 trusted certificate logs", l => l.CertificateLogId = new byte[32]),
        ["timestamp by another key"] = Transparency("does not verify", l => l.CertificateLog = ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        ["timestamp for another issuer"] = Transparency("does not verify", l => l.LoggedIssuer = TestWorld.StrangeAuthority.Intermediate),
        ["timestamp with SHA-1"] = Transparency("does not verify", l => l.LogHash = 2),
        ["timestamp whose time was changed"] = Transparency("does not verify", l => l.ChangeList = list => Changed(list, 44)),
        ["timestamp of a later version"] = Transparency("not of version 1", l => l.ChangeList = list => Changed(list, 4)),
        ["timestamp at no time"] = Transparency("at no time", l => l.ChangeList = list => [.. list[..37], 0xff, .. list[38..]]),
        ["list that is cut short"] = Transparency("cut short", l => l.ChangeList = list => list[..^1]),
        ["list with a trailing byte"] = Transparency("trailing bytes", l => l.ChangeList = list => [.. list, 0]),
        ["list with a vector that is too long"] = Transparency("cut short", l => l.ChangeList = list => [.. list[..2], 0xff, 0xff, .. list[4..]]),
        ["certificate log that was over"] = new(SigstoreCheckKind.CertificateTransparency, "was not trusted")
        {
            Root = root => root.Period("ctlogs")["end"] = "2026-11-21T01:59:59Z",
        },
        ["one certificate log where two are wanted"] = new(SigstoreCheckKind.CertificateTransparency, "1 trusted certificate logs")
        {
            Requirements = new SigstoreRequirements { CertificateLogs = 2 },
        },
    };

    private static HostileCase Chain(string words, Action<BundleRecipe> change) => new(SigstoreCheckKind.Certificate, words) { Recipe = change };

    private static HostileCase Leaf(string words, Action<LeafRecipe> change) =>
        new(SigstoreCheckKind.Certificate, words) { Recipe = r => change(r.Leaf) };

    private static HostileCase Transparency(string words, Action<LeafRecipe> change) =>
        new(SigstoreCheckKind.CertificateTransparency, words) { Recipe = r => change(r.Leaf) };

    private static byte[] Changed(byte[] bytes, int at)
    {
        var changed = bytes.ToArray();
        changed[at] ^= 1;
        return changed;
    }
}
