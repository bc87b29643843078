using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Signing.Artifacts;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Tests.Sigstore.World;
using EdgeSync.Signing.Tests.Verification;
using EdgeSync.Signing.Verification;
using static EdgeSync.Signing.Tests.Releases.ReleaseFixture;

namespace EdgeSync.Signing.Tests.Releases;

/// <summary>Release records whose artifact identities sign in the registry, alone or together with keys in the envelope.</summary>
public sealed class ReleaseAuthorityTests
{
    private static readonly TrustAuthority.ByKey Key = new("team", TestKeys.First.PublicKey);
    private static readonly PushableArtifact Artifact = Build(Good, TestKeys.First);

    [Fact]
    public void Verify_IdentitySignedTheArtifact_IsAccepted()
    {
        var verdict = Verify(Found(KeylessFixture.Sign(Of(Artifact))), 1, KeylessFixture.Pipeline);

        var signer = Assert.Single(Assert.IsType<ReleaseVerdict.Accepted>(verdict).Release.Signers);
        Assert.Equal(["pipeline"], signer.Authorities);
    }

    [Fact]
    public void Verify_KeyInTheEnvelopeAndIdentityOnTheArtifact_AreTwo()
    {
        var verdict = Verify(Found(KeylessFixture.Sign(Of(Artifact))), 2, Key, KeylessFixture.Pipeline);

        Assert.Equal(2, Assert.IsType<ReleaseVerdict.Accepted>(verdict).Release.Signers.Count);
    }

    [Fact]
    public void Verify_OneKeyInTheEnvelopeAndOnTheArtifact_IsOne()
    {
        var verdict = Verify(Found(ByKey(Of(Artifact))), 2, Key, KeylessFixture.Pipeline);

        AssertRefused("is signed by", verdict);
    }

    [Fact]
    public void Verify_KeySignedTheArtifactAndAnotherTheEnvelope_Counts()
    {
        var unsigned = Build(Good, TestKeys.Stranger);

        Assert.IsType<ReleaseVerdict.Accepted>(Verify(Found(unsigned, ByKey(Of(unsigned))), 1, Key, KeylessFixture.Pipeline));
    }

    [Fact]
    public void Verify_RuleOfKeysOnly_IgnoresSignaturesOfTheArtifact()
    {
        var unsigned = Build(Good, TestKeys.Stranger);

        AssertRefused("no valid signature", Verify(Found(unsigned, ByKey(Of(unsigned))), 1, Key));
    }

    [Fact]
    public void Verify_NoSignatureOfTheArtifact_IsRefused() => AssertRefused("no valid signature of a trusted signer", Verify(Found(), 1, KeylessFixture.Pipeline));

    [Fact]
    public void Verify_SignatureOfAnotherRelease_IsRefused()
    {
        var other = Build(Good with { Sequence = 41 }, TestKeys.First);

        AssertRefused("found: ", Verify(Found(KeylessFixture.Sign(Of(other))), 1, KeylessFixture.Pipeline));
    }

    // An attacker in the registry puts another envelope under a signed manifest.
    [Fact]
    public void Verify_AnotherEnvelopeUnderTheSignedManifest_IsRefused()
    {
        var found = new SignedRelease(Sign(Good with { Sequence = 43 }, TestKeys.Stranger))
        {
            Manifest = Artifact.Manifest,
            Signatures = [KeylessFixture.Sign(Of(Artifact))],
        };

        AssertRefused("no valid signature", Verify(found, 1, KeylessFixture.Pipeline));
    }

    [Fact]
    public void Verify_ManifestThatIsNoRelease_CountsForNothing()
    {
        var junk = "{}"u8.ToArray();
        var found = new SignedRelease(Sign(Good, TestKeys.First)) { Manifest = junk, Signatures = [KeylessFixture.Sign(Digest.Of(junk))] };

        AssertRefused("no valid signature", Verify(found, 1, KeylessFixture.Pipeline));
    }

    [Fact]
    public void Verify_AttestationOfTheIdentity_IsNoSignature()
    {
        var recipe = new BundleRecipe();
        recipe.Statement = recipe.Statement.Replace("https://sigstore.dev/cosign/sign/v1", "https://slsa.dev/provenance/v1", StringComparison.Ordinal);

        AssertRefused("no valid signature", Verify(Found(KeylessFixture.Sign(Of(Artifact), recipe)), 1, KeylessFixture.Pipeline));
    }

    [Fact]
    public void Verify_SignatureBehindThirtyOthers_IsFound()
    {
        var junk = Enumerable.Range(0, 30).Select(number => KeylessFixture.Sign(Digest.Of([(byte)number])));

        Assert.IsType<ReleaseVerdict.Accepted>(Verify(Found([.. junk, KeylessFixture.Sign(Of(Artifact))]), 1, KeylessFixture.Pipeline));
    }

    [Fact]
    public void Verify_RevokedKey_DoesNotCountAlthoughTheIdentityHasSigned()
    {
        var policy = new TrustPolicy([new ReleaseRule("r", TrustScope.Everything, [Key, KeylessFixture.Pipeline], 2)], []);
        var left = policy.Without(new HashSet<Digest> { TestKeys.First.PublicKey.Id });

        AssertRefused("asks for 2", ReleaseVerifier.Verify(Found(KeylessFixture.Sign(Of(Artifact))), Site, left));
    }

    [Fact]
    public void Judge_IdentitySignedTheArtifact_NamesTheSigner()
    {
        var policy = new TrustPolicy([new ReleaseRule("r", TrustScope.Everything, [KeylessFixture.Pipeline], 1)], []);

        var verdict = ReleaseSignatures.Verify(Found(KeylessFixture.Sign(Of(Artifact))), new TrustPlace(null, "stable"), policy, Now);

        Assert.Null(verdict.Reason);
        Assert.Contains(LeafRecipe.Subject, Assert.Single(verdict.Checks[0].Evidence), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stable", -1, null, "until 20")]
    [InlineData(null, -1, null, "until 20")]
    [InlineData("beta", -1, "WrongChannel", "it was signed for channel 'stable', not for 'beta'")]
    [InlineData("stable", 0, "ReleaseExpired", "no site begins anything with it")]
    public void Judge_RecordForAnotherChannelOrTime_IsRefusedWithItsReason(string? channel, int seconds, string? reason, string words)
    {
        var policy = new TrustPolicy([new ReleaseRule("r", TrustScope.Everything, [Key], 1)], []);

        var verdict = ReleaseSignatures.Verify(Found(), new TrustPlace(null, channel), policy, Good.ExpiresAt.AddSeconds(seconds));

        Assert.Equal(reason, verdict.Reason);
        Assert.Contains(words, verdict.Checks[1].Summary, StringComparison.Ordinal);
        Assert.Equal(reason is null, verdict.Checks.All(check => check.Passed));
    }

    private static ReleaseVerdict Verify(SignedRelease found, int threshold, params TrustAuthority[] authorities) =>
        ReleaseVerifier.Verify(found, Site, new TrustPolicy([new ReleaseRule("r", TrustScope.Everything, authorities, threshold)], []));

    private static PushableArtifact Build(ReleaseRecord record, SigningKey key)
    {
        Assert.True(DsseEnvelope.TryParse(Sign(record, key), out var envelope, out var problem), problem);
        return ReleaseArtifact.Build(envelope);
    }

    private static SignedRelease Found(params SignatureArtifact[] signatures) => Found(Artifact, signatures);

    private static SignedRelease Found(PushableArtifact artifact, params SignatureArtifact[] signatures) =>
        new(artifact.Blobs[1].Content) { Manifest = artifact.Manifest, Signatures = signatures };

    private static SignatureArtifact ByKey(Digest artifact) => SignatureFixture.Artifact(
        SignatureFixture.Layer(TestKeys.First, new EdgeSync.Signing.Cosign.SimpleSigningPayload(artifact, "r.example/releases").ToBytes()));

    private static Digest Of(PushableArtifact artifact) => Digest.Of(artifact.Manifest.Span);

    private static void AssertRefused(string words, ReleaseVerdict verdict)
    {
        var rejected = Assert.IsType<ReleaseVerdict.Rejected>(verdict);
        Assert.Equal(ReasonCodes.ThresholdNotMet, rejected.Reason);
        Assert.Contains(words, rejected.Message, StringComparison.Ordinal);
    }
}
