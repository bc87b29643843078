using EdgeSync.Contracts;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Tests.Verification;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Tests.Policies;

public sealed class TrustRuleTests
{
    private static readonly TrustAuthority First = new TrustAuthority.ByKey("first", TestKeys.First.PublicKey);
    private static readonly TrustAuthority Second = new TrustAuthority.ByKey("second", TestKeys.Second.PublicKey);
    private static readonly TrustAuthority FirstAgain = new TrustAuthority.ByKey("again", VerificationKey.FromPem(TestKeys.First.PublicKey.ToPem(), "again"));

    [Theory]
    [InlineData("r.example.com/retail/shop", "stable", "exact")]
    [InlineData("r.example.com/retail/shop", "beta", "exact")]
    [InlineData("r.example.com/retail/till", "stable", "retail stable")]
    [InlineData("r.example.com/retail/till", "beta", "retail")]
    [InlineData("r.example.com/retail/deep/till", "beta", "all retail")]
    [InlineData("r.example.com/bank", "stable", "stable")]
    [InlineData("r.example.com/bank", "stable-2", "stable star")]
    [InlineData("r.example.com/bank", "beta", "everything")]
    [InlineData(null, "stable", "stable")]
    [InlineData("r.example.com/retail/shop", null, "exact")]
    [InlineData(null, null, "everything")]
    public void FindBundleRule_SeveralFit_TheMostSpecificCounts(string? repository, string? channel, string name)
    {
        var policy = new TrustPolicy([],
        [
            Rule("everything", "", ""), Rule("stable star", "", "stable*"), Rule("stable", "", "stable"), Rule("all retail", "r.example.com/retail/**", ""),
            Rule("retail", "r.example.com/retail/*", ""), Rule("retail stable", "r.example.com/retail/*", "stable"),
            Rule("exact", "r.example.com/retail/shop", ""),
        ]);

        Assert.Equal(name, policy.FindBundleRule(new TrustPlace(repository, channel))!.Name);
    }

    [Theory]
    [InlineData("r.example.com/bank", "stable")]
    [InlineData("r.example.com/retail", "stable")]
    [InlineData("evil.example.com/r.example.com/retail/shop", "stable")]
    [InlineData("r.example.com/retail/shop", "beta")]
    [InlineData("r.example.com/retail/shop", null)]
    [InlineData(null, "stable")]
    public void Verify_NoRuleFits_IsRefusedWithThatReason(string? repository, string? channel)
    {
        var policy = new TrustPolicy([], [Rule("retail", "r.example.com/retail/**", "stable")]);

        var verdict = BundleVerifier.Verify(
            SignatureFixture.Bundle, [SignatureFixture.Signed(TestKeys.First)], policy, new TrustPlace(repository, channel), AttestationFixture.Now);

        var refused = Assert.IsType<BundleVerdict.Untrusted>(verdict);
        Assert.Equal(ReasonCodes.NoTrustRule, refused.Reason);
        Assert.Null(refused.Rule);
    }

    [Fact]
    public void Verify_TwoAuthoritiesOfOneKey_AreOne()
    {
        AssertRefused("1 of 2", Judge([First, FirstAgain, Second], 2, TestKeys.First));
        Assert.IsType<BundleVerdict.Trusted>(Judge([First, FirstAgain, Second], 2, TestKeys.First, TestKeys.Second));
    }

    [Fact]
    public void Verify_TwoSignaturesOfOneKeyUnderTwoNames_AreOne() =>
        AssertRefused("1 of 2", Judge([First, FirstAgain, Second], 2, TestKeys.First, TestKeys.First));

    [Fact]
    public void Verify_RuleMet_NamesSignersAndRule()
    {
        var verdict = Judge([First, Second], 2, TestKeys.First, TestKeys.Second);

        Assert.Equal("shop", verdict.Rule);
        var check = Assert.Single(verdict.Checks);
        Assert.True(check.Passed);
        Assert.StartsWith("2 of 2 trusted signatures, by first", check.Summary, StringComparison.Ordinal);
        Assert.Equal(2, check.Evidence.Count);
        Assert.Equal([["first"], ["second"]], ((BundleVerdict.Trusted)verdict).Bundle.Signers.Select(signer => signer.Authorities));
    }

    [Fact]
    public void Matching_OneSignerFitsTwoAuthorities_TheOtherSignerGetsItsOwn()
    {
        // The first signer could be either authority, the second only the first one.
        TrustSigner[] signers = [new("x", "x", ["first", "second"]), new("y", "y", ["first"])];

        Assert.Equal(2, AuthorityMatching.Count([First, Second], signers));
        Assert.Equal(1, AuthorityMatching.Count([First], signers));
        Assert.Equal(0, AuthorityMatching.Count([First, Second], []));
    }

    [Fact]
    public void Rule_ThresholdOverDifferentKeys_IsRefused()
    {
        var failure = Assert.Throws<SigningException>(() => new BundleRule("shop", TrustScope.Everything, [First, FirstAgain], 2, []));

        Assert.Contains("there are 1 different authorities", failure.Message, StringComparison.Ordinal);
    }

    private static BundleVerdict Judge(TrustAuthority[] authorities, int threshold, params SigningKey[] keys) => BundleVerifier.Verify(
        SignatureFixture.Bundle, [SignatureFixture.Signed(keys)],
        new TrustPolicy([], [new BundleRule("shop", TrustScope.Everything, authorities, threshold, [])]), TrustPlace.Unknown, AttestationFixture.Now);

    private static void AssertRefused(string words, BundleVerdict verdict) =>
        Assert.Contains(words, Assert.IsType<BundleVerdict.Untrusted>(verdict).Message, StringComparison.Ordinal);

    private static BundleRule Rule(string name, string repository, string channel) => new(
        name,
        new TrustScope(
            repository.Length == 0 ? [] : [IdentityPattern.Like(repository)], channel.Length == 0 ? [] : [IdentityPattern.Like(channel)]),
        [First], 1, []);
}
