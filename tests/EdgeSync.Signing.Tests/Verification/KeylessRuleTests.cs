using System.Text.Json.Nodes;
using EdgeSync.Contracts;
using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Policies.Attestations;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Signing.Tests.Sigstore.World;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Tests.Verification;

/// <summary>Rules that name identities, for bundles signed with the tests' own Sigstore instance.</summary>
public sealed class KeylessRuleTests
{
    private static readonly Descriptor Image = Descriptor.Of(MediaTypes.ImageIndex, BundleRecipe.Artifact);
    private static readonly TrustedRoot Root = TrustedRoot.Parse(TestWorld.Bytes(TestWorld.Root()), "test");

    [Fact]
    public void Verify_IdentityOfTheRule_IsTrustedAndNamed()
    {
        var trusted = Assert.IsType<BundleVerdict.Trusted>(Judge(Rule(1, Authority("pipeline", LeafRecipe.Subject)), Referrer(new BundleRecipe())));

        var signer = Assert.Single(trusted.Bundle.Signers);
        Assert.Equal(["pipeline"], signer.Authorities);
        Assert.Contains(LeafRecipe.Subject, signer.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.1")]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.2")]
    [InlineData("application/vnd.dev.sigstore.bundle+json;version=0.3")]
    public void Verify_OlderBundles_AreTrusted(string mediaType) => Assert.IsType<BundleVerdict.Trusted>(
        Judge(Rule(1, Authority("pipeline", LeafRecipe.Subject)), Referrer(new BundleRecipe { MediaType = mediaType })));

    [Fact]
    public void Verify_AnotherIdentity_IsRefusedAndNamed() => AssertRefused(
        ReasonCodes.SignatureUntrusted, $"the certificate names '{LeafRecipe.Subject}'",
        Judge(Rule(1, Authority("pipeline", "https://elsewhere.example.com")), Referrer(new BundleRecipe())));

    [Fact]
    public void Verify_OneIdentityUnderTwoNames_CountsOnce() => AssertRefused(
        ReasonCodes.SignatureUntrusted, "1 of 2",
        Judge(Rule(2, Authority("pipeline", LeafRecipe.Subject), Authority("again", LeafRecipe.Subject)), Referrer(new BundleRecipe())));

    [Fact]
    public void Verify_KeyAndIdentity_AreTwo()
    {
        var rule = Rule(2, Authority("pipeline", LeafRecipe.Subject), new TrustAuthority.ByKey("key", TestKeys.First.PublicKey));
        var payload = new EdgeSync.Signing.Cosign.SimpleSigningPayload(Image.Digest, "r.example.com/shop").ToBytes();

        Assert.IsType<BundleVerdict.Trusted>(
            Judge(rule, Referrer(new BundleRecipe()), SignatureFixture.Artifact(SignatureFixture.Layer(TestKeys.First, payload))));
    }

    [Fact]
    public void Verify_RequiredLogEntryMissing_IsRefused() => AssertRefused(
        ReasonCodes.SignatureUntrusted, "0 trusted logs hold the signature",
        Judge(Rule(1, Authority("pipeline", LeafRecipe.Subject)), Referrer(new BundleRecipe { Entry = "", Stamped = true })));

    [Fact]
    public void Verify_SignatureOfAFile_IsNotOneOfAnImage() => AssertRefused(
        ReasonCodes.SignatureUntrusted, "signs bytes of a file",
        Judge(Rule(1, Authority("pipeline", LeafRecipe.Subject)), Artifact(new BundleRecipe { Entry = "hashedrekord 0.0.1" })));

    [Fact]
    public void Verify_AttestationOfAnIdentity_IsNoSignatureAndMeetsItsRule()
    {
        var provenance = new BundleRecipe();
        provenance.Statement = provenance.Statement
            .Replace("https://sigstore.dev/cosign/sign/v1", "https://slsa.dev/provenance/v1", StringComparison.Ordinal)
            .Replace("{\"a\":1}", """{"runDetails":{"builder":{"id":"https://b.example.com"}} }""", StringComparison.Ordinal);
        TrustAuthority[] pipeline = [Authority("pipeline", LeafRecipe.Subject)];
        var check = new ProvenanceCheck([IdentityPattern.Exactly("https://b.example.com")], []);
        var rule = new BundleRule("shop", TrustScope.Everything, pipeline, 1, [new AttestationRule(check, pipeline, [])]);

        AssertRefused(ReasonCodes.SignatureMissing, "no signature", Judge(rule, Referrer(provenance)));
        AssertRefused(ReasonCodes.AttestationMissing, "SLSA provenance: there is none", Judge(rule, Referrer(new BundleRecipe())));
        Assert.IsType<BundleVerdict.Trusted>(Judge(rule, Referrer(provenance), Referrer(new BundleRecipe())));
    }

    [Fact]
    public void Verify_SignatureBehindManyOthers_IsFound()
    {
        var junk = Enumerable.Range(0, 30).Select(number => Referrer(new BundleRecipe { Statement = $$"""{"junk":{{number}}}""" }));

        Assert.IsType<BundleVerdict.Trusted>(Judge(Rule(1, Authority("pipeline", LeafRecipe.Subject)), [.. junk, Referrer(new BundleRecipe())]));
    }

    private static TrustAuthority.ByIdentity Authority(string name, string subject) => new TrustAuthority.ByIdentity(
        name, new SigstoreIdentity(IdentityPattern.Exactly(subject), IdentityPattern.Exactly(LeafRecipe.Issuer)), Root, SigstoreRequirements.Default);

    private static BundleRule Rule(int threshold, params TrustAuthority[] authorities) => new("shop", TrustScope.Everything, authorities, threshold, []);

    private static BundleVerdict Judge(BundleRule rule, params SignatureArtifact[] found) =>
        BundleVerifier.Verify(Image, found, new TrustPolicy([], [rule]), TrustPlace.Unknown, TestWorld.Now);

    private static SignatureArtifact Referrer(BundleRecipe recipe)
    {
        recipe.AsEnvelope = true;
        recipe.Entry = recipe.Entry.Length > 0 ? "dsse 0.0.1" : "";
        return Artifact(recipe);
    }

    private static SignatureArtifact Artifact(BundleRecipe recipe)
    {
        JsonNode bundle = recipe.Make();
        var bytes = TestWorld.Bytes(bundle);
        return SignatureFixture.Artifact((Descriptor.Of(SigstoreBundle.MediaType, bytes), bytes));
    }

    private static void AssertRefused(string reason, string words, BundleVerdict verdict)
    {
        var refused = Assert.IsType<BundleVerdict.Untrusted>(verdict);
        Assert.Equal(reason, refused.Reason);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }
}
