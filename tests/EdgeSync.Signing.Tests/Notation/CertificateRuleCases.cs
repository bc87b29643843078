using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Notation.Stores;
using EdgeSync.Signing.Tests.Notation.World;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Notation;

/// <summary>What can be wrong with the certificates, and with the trust in them.</summary>
internal static class CertificateRuleCases
{
    private const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    private static readonly ChainRecipe Plain = Strangers();
    private static readonly ChainRecipe Other = new();

    public static IReadOnlyDictionary<string, NotationCase> All { get; } = new Dictionary<string, NotationCase>
    {
        ["leaf that is an authority"] = Is("one of an authority", c => c.Leaf.IsAuthority = true),
        ["leaf without key usage"] = Is("has no key usage", c => c.Leaf.KeyUsage = null),
        ["leaf whose key usage is not critical"] = Is("no critical key usage", c => c.Leaf.IsUsageCritical = false),
        ["leaf that may not sign"] = Is("not that of a signer", c => c.Leaf.KeyUsage = X509KeyUsageFlags.NonRepudiation),
        ["leaf that may sign certificates"] = Usage(X509KeyUsageFlags.KeyCertSign),
        ["leaf that may sign revocation lists"] = Usage(X509KeyUsageFlags.CrlSign),
        ["leaf that may encipher keys"] = Usage(X509KeyUsageFlags.KeyEncipherment),
        ["leaf that may encipher content"] = Usage(X509KeyUsageFlags.DataEncipherment),
        ["leaf that may agree on keys"] = Usage(X509KeyUsageFlags.KeyAgreement),
        ["leaf for servers"] = Is("for signing code alone", c => c.Leaf.Usages.Add("1.3.6.1.5.5.7.3.1")),
        ["leaf for code and servers"] = Is("for signing code alone", c => c.Leaf.Usages.AddRange([CodeSigning, "1.3.6.1.5.5.7.3.1"])),
        ["leaf for code and clients"] = Is("for signing code alone", c => c.Leaf.Usages.AddRange([CodeSigning, "1.3.6.1.5.5.7.3.2"])),
        ["leaf for code and e-mail"] = Is("for signing code alone", c => c.Leaf.Usages.AddRange([CodeSigning, "1.3.6.1.5.5.7.3.4"])),
        ["leaf for code and timestamps"] = Is("for signing code alone", c => c.Leaf.Usages.AddRange([CodeSigning, "1.3.6.1.5.5.7.3.8"])),
        ["leaf for anything"] = Is("for signing code alone", c => c.Leaf.Usages.AddRange([CodeSigning, "2.5.29.37.0"])),
        ["issuer for servers only"] = Is("does not hold (NotValidForUsage)", c => c.Intermediate.Usages.Add("1.3.6.1.5.5.7.3.1")),
        ["issuer that is no authority"] = Is("not marked as an authority", c => c.Intermediate.IsAuthority = false),
        ["issuer without basic constraints"] = Is("not marked as an authority", c => c.Intermediate.IsAuthority = null),
        ["issuer whose constraints are not critical"] = Is("not marked as an authority", c => c.Intermediate.AreConstraintsCritical = false),
        ["issuer without key usage"] = Is("has no key usage", c => c.Intermediate.KeyUsage = null),
        ["issuer whose key usage is not critical"] = Is("no critical key usage", c => c.Intermediate.IsUsageCritical = false),
        ["issuer that may not sign certificates"] = Is("may not sign certificates", c => c.Intermediate.KeyUsage = X509KeyUsageFlags.DigitalSignature),
        ["root that allows no authority below it"] = Is("so many authorities", c => c.Root.PathLength = 0),
        ["root that may not sign certificates"] = Is("may not sign certificates", c => c.Root.KeyUsage = X509KeyUsageFlags.CrlSign),
        ["root whose constraints are not critical"] = Is("not marked as an authority", c => c.Root.AreConstraintsCritical = false),
        ["issuer with a weak key"] = Is("size is not", c => c.Intermediate.Key = RSA.Create(1024)),
        ["leaf signed with SHA-1"] = Is("another hash", c => c.Intermediate.SignsWithSha1 = true),
        ["issuer and root signed with SHA-1"] = Is("another hash", c => c.Root.SignsWithSha1 = true),
        ["unknown critical extension"] = Is("does not hold", c => c.Leaf.Extensions.Add(new X509Extension("1.2.3.4", [5, 0], critical: true))),
        ["root missing"] = new(NotationCheckKind.Authenticity, "is not a root")
        {
            Recipe = r => r.Chain.Change = c => c[..^1],
            Root = Plain.Certificates[^1],
        },
        ["issuer missing"] = Order("which follows it", c => [c[0], c[2]]),
        ["root before the issuer"] = Order("is not issued by", c => [c[0], c[2], c[1]]),
        ["issuer twice"] = Order("is not issued by", c => [c[0], c[1], c[1], c[2]]),
        ["root twice"] = Order("more certificates follow it", c => [c[0], c[1], c[2], c[2]]),
        ["stranger at the end"] = Order("more certificates follow it", c => [.. c, Plain.Certificates[^1]]),
        ["leaf issued by another key of that name"] = Order("does not hold", c => [Other.Leaf.Issue(Impostor(Other.Intermediate)), c[1], c[2]]),
        ["issuer issued by another key of that name"] = Order("does not hold", c => [c[0], Other.Intermediate.Issue(Impostor(Other.Root)), c[2]]),
        ["root of no store"] = new(NotationCheckKind.Authenticity, "in no trust store of the kind 'ca'") { Root = Plain.Certificates[^1] },
        ["root of the same name and key, issued anew"] = new(NotationCheckKind.Authenticity, "in no trust store") { Root = Other.Root.Issue(Other.Root) },
        ["user under a store of signing authorities"] = new(NotationCheckKind.Authenticity, "of the kind 'ca'") { StoreKind = NotationStoreKind.SigningAuthority },
        ["signing authority under a store of users"] = new(NotationCheckKind.Authenticity, "of the kind 'signingAuthority'") { Recipe = r => r.AsAuthority() },
        ["another common name"] = Identity("none of the trusted identities", "x509.subject: C=US, ST=WA, O=Shop, CN=stranger"),
        ["common name in other case"] = Identity("none of the trusted identities", "x509.subject: C=US, ST=WA, O=Shop, CN=Builder"),
        ["common name that only begins so"] = Identity("none of the trusted identities", "x509.subject: C=US, ST=WA, O=Shop, CN=build"),
        ["attribute that the signer has not"] = Identity("none of the trusted identities", "x509.subject: C=US, ST=WA, O=Shop, L=Seattle"),
        ["signer with the attribute twice"] = new(NotationCheckKind.Authenticity, "none of the trusted identities")
        {
            Recipe = r => r.Chain.Leaf.Subject = "CN=builder, CN=stranger, O=Shop, S=WA, C=US",
        },
        ["signer of another organisation"] = new(NotationCheckKind.Authenticity, "none of the trusted identities")
        {
            Recipe = r => r.Chain.Leaf.Subject = "CN=builder, O=Shop Ltd, S=WA, C=US",
        },
        ["signer whose name holds the others"] = new(NotationCheckKind.Authenticity, "none of the trusted identities")
        {
            Recipe = r => r.Chain.Leaf.Subject = "CN=\"builder, C=US, S=WA, O=Shop\"",
        },
        ["signer with a name of several values"] = new(NotationCheckKind.Authenticity, "of several values")
        {
            Recipe = r => r.Chain.Leaf.Name = SeveralValues(),
        },
        ["leaf that has expired"] = Time("was not valid now", c => c.Leaf.To = TestWorld.Now.AddSeconds(-1)),
        ["leaf that is not yet valid"] = Time("was not valid now", c => c.Leaf.From = TestWorld.Now.AddSeconds(1)),
        ["issuer that has expired"] = Time("was not valid now", c => c.Intermediate.To = TestWorld.Now.AddSeconds(-1)),
        ["root that has expired"] = Time("was not valid now", c => c.Root.To = TestWorld.Now.AddSeconds(-1)),
        ["authentic time before the certificate"] = new(NotationCheckKind.AuthenticTimestamp, "when the signing authority says")
        {
            Recipe = r => r.AsAuthority().Chain.Leaf.From = TestWorld.Now.AddMinutes(-59),
            StoreKind = NotationStoreKind.SigningAuthority,
        },
        ["authentic time behind the certificate"] = new(NotationCheckKind.AuthenticTimestamp, "when the signing authority says")
        {
            Recipe = r => r.AsAuthority().Chain.Leaf.To = TestWorld.Now.AddMinutes(-61),
            StoreKind = NotationStoreKind.SigningAuthority,
        },
        ["expired"] = new(NotationCheckKind.Expiry, "has expired") { Recipe = r => r.Expiring(TestWorld.Now) },
        ["expired by a clock that is far ahead"] = new(NotationCheckKind.Expiry, "has expired")
        {
            Recipe = r => r.Expiring(TestWorld.Now.AddYears(1)),
            Now = DateTimeOffset.MaxValue,
        },
        ["clock in 1970"] = new(NotationCheckKind.AuthenticTimestamp, "was not valid now") { Now = DateTimeOffset.UnixEpoch },
        ["revocation list to be fetched"] = new(NotationCheckKind.Revocation, "never fetched")
        {
            Recipe = r => r.Chain.Leaf.Extensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://crl.example.com"])),
        },
        ["responder to be asked"] = new(NotationCheckKind.Revocation, "never fetched")
        {
            Recipe = r => r.Chain.Intermediate.Extensions.Add(new X509AuthorityInformationAccessExtension(["http://ocsp.example.com"], [])),
        },
        ["extension that is damaged"] = new(NotationCheckKind.Integrity, "certificate is damaged")
        {
            Recipe = r => r.Chain.Leaf.Extensions.Add(new X509Extension("2.5.29.37", [0x30, 0x05, 1], critical: false)),
        },
        ["extension twice"] = new(NotationCheckKind.Integrity, "twice")
        {
            Recipe = r =>
            {
                r.Chain.Leaf.Extensions.AddRange([new X509Extension("1.2.3.4", [5, 0], critical: false), new X509Extension("1.2.3.5", [5, 0], critical: false)]);
                r.Chain.Change = c => [Replace(c[0], [0x2a, 3, 5], [0x2a, 3, 4]), .. c[1..]];
            },
        },
    };

    private static byte[] Replace(byte[] content, byte[] from, byte[] to)
    {
        to.CopyTo(content, content.AsSpan().IndexOf(from));
        return content;
    }

    private static byte[] SeveralValues()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        {
            foreach (var (oid, value) in new[] { ("2.5.4.3", "builder"), ("2.5.4.11", "Release") })
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                }
            }
        }

        return writer.Encode();
    }

    private static NotationCase Is(string words, Action<ChainRecipe> change) =>
        new(NotationCheckKind.Authenticity, words) { Recipe = r => change(r.Chain) };

    private static NotationCase Usage(X509KeyUsageFlags flag) =>
        Is("not that of a signer", c => c.Leaf.KeyUsage = X509KeyUsageFlags.DigitalSignature | flag);

    private static NotationCase Order(string words, Func<List<byte[]>, List<byte[]>> change)
    {
        // The store has the honest root, whichever certificate is last.
        var chain = new ChainRecipe();
        List<byte[]> honest = [.. chain.Certificates];
        return new(NotationCheckKind.Authenticity, words) { Recipe = r => r.Chain.Change = _ => change(honest), Root = honest[^1] };
    }

    private static NotationCase Identity(string words, string identity) => new(NotationCheckKind.Authenticity, words) { Identities = [identity] };

    private static NotationCase Time(string words, Action<ChainRecipe> change) =>
        new(NotationCheckKind.AuthenticTimestamp, words) { Recipe = r => change(r.Chain) };

    private static CertificateRecipe Impostor(CertificateRecipe authority) =>
        CertificateRecipe.Authority(authority.Subject, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    private static ChainRecipe Strangers()
    {
        var chain = new ChainRecipe();
        chain.Root.Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return chain;
    }
}
