using System.Security.Cryptography;
using System.Text.Json.Nodes;
using EdgeSync.Primitives;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Signing.Sigstore.Statements;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

public sealed class SigstoreVerifierTests
{
    public static TheoryData<string> Certificates => [.. CertificateCases.All.Keys];

    public static TheoryData<string> Logs => [.. LogCases.All.Keys];

    public static TheoryData<string> Proofs => [.. ProofCases.All.Keys];

    public static TheoryData<string> Timestamps => [.. TimestampCases.All.Keys];

    public static TheoryData<string> Good => [.. GoodCases.All.Keys];

    [Theory]
    [MemberData(nameof(Certificates))]
    public void Verify_CertificateWithAFault_ReportsTheFault(string name) => AssertRefused(CertificateCases.All[name]);

    [Theory]
    [MemberData(nameof(Logs))]
    public void Verify_SignatureOrLogEntryWithAFault_ReportsTheFault(string name) => AssertRefused(LogCases.All[name]);

    [Theory]
    [MemberData(nameof(Proofs))]
    public void Verify_ProofWithAFault_ReportsTheFault(string name) => AssertRefused(ProofCases.All[name]);

    [Theory]
    [MemberData(nameof(Timestamps))]
    public void Verify_TimestampWithAFault_ReportsTheFault(string name) => AssertRefused(TimestampCases.All[name]);

    [Theory]
    [MemberData(nameof(Good))]
    public void Verify_ValidBundle_Trusted(string name)
    {
        var verdict = GoodCases.All[name].Verify();

        var trusted = Assert.IsType<SigstoreVerdict.Trusted>(verdict);
        Assert.DoesNotContain(trusted.Checks, c => c.Outcome == SigstoreCheckOutcome.Failed);
        Assert.Contains(trusted.Checks, c => c is { Kind: SigstoreCheckKind.Signature, Outcome: SigstoreCheckOutcome.Passed });
    }

    [Fact]
    public void Verify_Certificate_NamesSignerAndTime()
    {
        var verdict = new HostileCase(null, "") { Recipe = r => r.Stamped = true }.Verify();

        var trusted = Assert.IsType<SigstoreVerdict.Trusted>(verdict);
        var signer = Assert.IsType<SigstoreSigner.ByCertificate>(trusted.Signer);
        Assert.Equal(LeafRecipe.Subject, signer.Subject);
        Assert.Equal(LeafRecipe.Issuer, signer.Issuer);
        Assert.Equal("https://github.com/shop/app", signer.Claims[12]);
        Assert.Equal([TestWorld.Now, TestWorld.Now], trusted.Times.Select(t => t.Time));
        Assert.Null(trusted.Statement);
    }

    [Fact]
    public void Verify_Envelope_ReturnsTheStatement()
    {
        var verdict = new HostileCase(null, "") { Recipe = r => (r.AsEnvelope, r.Entry) = (true, "dsse 0.0.1") }.Verify();

        var statement = Assert.IsType<SigstoreVerdict.Trusted>(verdict).Statement;
        Assert.NotNull(statement);
        Assert.Equal(InTotoStatement.CosignSignature, statement.PredicateType);
        Assert.Equal("prod", statement.Find(Digest.Of(BundleRecipe.Artifact))!.Annotations["env"]);
        Assert.Equal("""{"a":1}"""u8, statement.Predicate.Span);
    }

    [Theory]
    [InlineData("p256")]
    [InlineData("p384")]
    [InlineData("rsa")]
    public void Verify_RightKey_Trusted(string kind)
    {
        var recipe = ByKey(kind);
        recipe.Entry = "hashedrekord 0.0.1";

        var verdict = Verify(recipe.Make(), Key(recipe), SigstoreRequirements.Default);

        Assert.IsType<SigstoreVerdict.Trusted>(verdict);
    }

    [Theory]
    [InlineData("p256")]
    [InlineData("p384")]
    [InlineData("rsa")]
    public void Verify_EnvelopeByRightKeyWithoutLogs_TrustedWithAnEmptyRoot(string kind)
    {
        var recipe = ByKey(kind);
        recipe.AsEnvelope = true;
        recipe.Hash = kind == "p384" ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;

        var verdict = SigstoreVerifier.Verify(
            Parse(recipe.Make()), SigstoreSubject.OfDigest(Digest.Of(BundleRecipe.Artifact)), Key(recipe), TrustedRoot.Empty, SigstoreRequirements.SignatureOnly);

        Assert.IsType<SigstoreVerdict.Trusted>(verdict);
    }

    [Fact]
    public void Verify_AnotherKey_Untrusted()
    {
        var verdict = Verify(ByKey("p256").Make(), TestKeys.Stranger.PublicKey, SigstoreRequirements.SignatureOnly);

        Assert.Equal(SigstoreCheckKind.Signature, Assert.IsType<SigstoreVerdict.Untrusted>(verdict).Failure.Kind);
    }

    [Fact]
    public void Verify_RequiredLogMissing_Untrusted()
    {
        var recipe = ByKey("p256");

        var verdict = Verify(recipe.Make(), Key(recipe), SigstoreRequirements.Default);

        Assert.Equal(SigstoreCheckKind.TransparencyLog, Assert.IsType<SigstoreVerdict.Untrusted>(verdict).Failure.Kind);
    }

    [Fact]
    public void Verify_KeyForABundleWithACertificate_Untrusted()
    {
        var verdict = Verify(new BundleRecipe().Make(), TestKeys.First.PublicKey, SigstoreRequirements.SignatureOnly);

        Assert.Equal(SigstoreCheckKind.Signer, Assert.IsType<SigstoreVerdict.Untrusted>(verdict).Failure.Kind);
    }

    [Fact]
    public void Verify_IdentityForABundleWithAKey_Untrusted()
    {
        var verdict = new HostileCase(null, "") { Recipe = r => r.ByKey = true }.Verify();

        Assert.Equal(SigstoreCheckKind.Signer, Assert.IsType<SigstoreVerdict.Untrusted>(verdict).Failure.Kind);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("2026-12-01T00:00:00Z", true)]
    [InlineData("2027-02-01T00:00:00Z", false)]
    public void Verify_KeyAndRetiredLogWithoutAnyTime_TrustedOnlyByAClockInItsPeriod(string? now, bool trusted)
    {
        var recipe = ByKey("p256");
        HostileCase.V2(recipe);
        recipe.Stamped = false;
        var root = TestWorld.Root();
        root.Period("tlogs", 1)["end"] = "2027-01-01T00:00:00Z";
        var requirements = SigstoreRequirements.Default with
        {
            CurrentTime = now is null ? null : DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture),
        };

        var verdict = SigstoreVerifier.Verify(
            Parse(recipe.Make()), SigstoreSubject.OfContent(BundleRecipe.Artifact), Key(recipe), TrustedRoot.Parse(TestWorld.Bytes(root), "test"), requirements);

        Assert.Equal(trusted, verdict is SigstoreVerdict.Trusted);
    }

    private static void AssertRefused(HostileCase hostile)
    {
        var untrusted = Assert.IsType<SigstoreVerdict.Untrusted>(hostile.Verify());

        Assert.Contains(
            untrusted.Checks,
            c => c.Outcome == SigstoreCheckOutcome.Failed && c.Kind == hostile.Kind && c.Evidence.Contains(hostile.Words, StringComparison.Ordinal));
    }

    private static BundleRecipe ByKey(string kind) => new()
    {
        ByKey = true,
        Entry = "",
        Key = kind switch
        {
            "p384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
            "rsa" => RSA.Create(2048),
            _ => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        },
    };

    private static VerificationKey Key(BundleRecipe recipe) => VerificationKey.FromSubjectPublicKeyInfo(recipe.Spki(), "key");

    private static SigstoreBundle Parse(JsonNode bundle)
    {
        Assert.True(SigstoreBundle.TryParse(TestWorld.Bytes(bundle), out var parsed, out var problem), problem);
        return parsed;
    }

    private static SigstoreVerdict Verify(JsonNode bundle, VerificationKey key, SigstoreRequirements requirements) => SigstoreVerifier.Verify(
        Parse(bundle),
        SigstoreSubject.OfDigest(Digest.Of(BundleRecipe.Artifact)),
        key,
        TrustedRoot.Parse(TestWorld.Bytes(TestWorld.Root()), "test"),
        requirements);
}
