using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Notation.Stores;
using EdgeSync.Signing.Tests.Notation.World;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Notation;

/// <summary>Usual and unusual envelopes that must be accepted.</summary>
internal static class AcceptedCases
{
    private const string Any = "*";

    public static IReadOnlyDictionary<string, NotationCase> All { get; } = new Dictionary<string, NotationCase>
    {
        ["plain"] = Is(_ => { }),
        ["anybody under the store"] = Is(_ => { }) with { Identities = [Any] },
        ["one of several identities"] = Is(_ => { }) with
        {
            Identities = ["x509.subject: C=US, ST=WA, O=Else", "x509.subject: CN=builder, O=Shop, ST=WA, C=US"],
        },
        ["state as S"] = Is(_ => { }) with { Identities = ["x509.subject:C=US,S=WA,O=Shop"] },
        ["RSA of 2048 bits"] = By(RSA.Create(2048), "PS256", HashAlgorithmName.SHA256),
        ["RSA of 3072 bits"] = By(RSA.Create(3072), "PS384", HashAlgorithmName.SHA384),
        ["RSA of 4096 bits"] = By(RSA.Create(4096), "PS512", HashAlgorithmName.SHA512),
        ["P-384"] = By(ECDsa.Create(ECCurve.NamedCurves.nistP384), "ES384", HashAlgorithmName.SHA384),
        ["P-521"] = By(ECDsa.Create(ECCurve.NamedCurves.nistP521), "ES512", HashAlgorithmName.SHA512),
        ["signature that expires in a second"] = Is(r => r.Expiring(TestWorld.Now.AddSeconds(1))),
        ["signed header that is not known and not critical"] = Is(r => r.More["com.example.note"] = "x"),
        ["certificate for code"] = Is(r => r.Chain.Leaf.Usages.Add("1.3.6.1.5.5.7.3.3")),
        ["certificate that says it is no authority"] = Is(r => r.Chain.Leaf.IsAuthority = false),
        ["certificate that may also testify"] = Is(
            r => r.Chain.Leaf.KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation),
        ["root that allows one authority below it"] = Is(r => r.Chain.Root.PathLength = 1),
        ["issuer that outlives its root"] = Is(r => r.Chain.Intermediate.To = TestWorld.Now.AddYears(20)),
        ["certificate valid from now"] = Is(r => r.Chain.Leaf.From = TestWorld.Now),
        ["certificate valid until now"] = Is(r => r.Chain.Leaf.To = TestWorld.Now),
        ["unknown extension that is not critical"] = Is(r => r.Chain.Leaf.Extensions.Add(new X509Extension("1.2.3.4", [5, 0], critical: false))),
        ["signer that signs for itself"] = Is(r => r.Chain.Change = _ => [r.Chain.Leaf.Issue(r.Chain.Leaf)]),
        ["issuer that is the root"] = Is(r => r.Chain.Change = _ => [r.Chain.Leaf.Issue(r.Chain.Root), r.Chain.Root.Issue(r.Chain.Root)]),
        ["timestamp"] = Stamped(_ => { }),
        ["timestamp, and a certificate that has expired since"] = Stamped(_ => { }) with { Now = TestWorld.Now.AddYears(10) },
        ["timestamp, and a clock in 1970"] = Stamped(_ => { }) with { Now = DateTimeOffset.UnixEpoch },
        ["timestamp that is not needed yet, and missing"] = Stamped(r => r.Token = null) with { TimestampUse = NotationTimestampUse.AfterCertificateExpiry },
        ["timestamp that nobody asks for, and damaged"] = Is(r => r.Stamped().ChangeToken = t => t[..^1]),
        ["timestamp with its root and a stranger's certificate"] = Stamped(r => r.Token!.Authorities.AddRange(
            [TestWorld.TimestampRoot.Root.RawData, TestWorld.StrangeTimestamper.Certificate])),
        ["timestamp with an accuracy that fits"] = Stamped(r =>
        {
            r.Chain.Leaf.To = TestWorld.Now.AddSeconds(2);
            r.Token!.Accuracy = (1, 999, 999);
        }),
        ["signing authority"] = Is(r => r.AsAuthority()) with { StoreKind = NotationStoreKind.SigningAuthority },
        ["signing authority whose certificate has expired since"] = Is(r => r.AsAuthority()) with
        {
            StoreKind = NotationStoreKind.SigningAuthority,
            Now = TestWorld.Now.AddYears(10),
        },
        ["signing authority under a policy that asks users for timestamps"] = Is(r => r.AsAuthority()) with
        {
            StoreKind = NotationStoreKind.SigningAuthority,
            AsksForTimestamp = true,
        },
        ["revocation to be fetched, and skipped"] = Is(r => r.Chain.Leaf.Extensions.Add(
            CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://crl.example.com"]))) with
        {
            Level = NotationLevel.Strict.Override(NotationCheckKind.Revocation, NotationEnforcement.Skipped)!,
        },
        ["time with an offset"] = Is(r => r.ChangeHeader = h => h[EnvelopeRecipe.Prefix + "signingTime"] = "2026-11-21T02:30:00+01:30") with { Only = NotationCase.Jws },
        ["time with a fraction"] = Is(r => r.ChangeHeader = h => h[EnvelopeRecipe.Prefix + "signingTime"] = "2026-11-21T01:00:00.123Z") with { Only = NotationCase.Jws },
    };

    private static NotationCase Is(Action<EnvelopeRecipe> recipe) => new(default, "") { Recipe = recipe };

    private static NotationCase By(AsymmetricAlgorithm key, string algorithm, HashAlgorithmName hash) =>
        Is(r => (r.Chain.Leaf.Key, r.Algorithm, r.Hash) = (key, algorithm, hash));

    private static NotationCase Stamped(Action<EnvelopeRecipe> change) => Is(r => change(r.Stamped())) with { AsksForTimestamp = true };
}
