using System.Security.Cryptography;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Policies;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Signing.Tests.Sigstore.World;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Tests.Verification;

/// <summary>A pipeline with a certificate of the tests' own Sigstore instance, and its signatures of any artifact.</summary>
internal static class KeylessFixture
{
    public static TrustAuthority.ByIdentity Pipeline { get; } = new(
        "pipeline",
        new SigstoreIdentity(IdentityPattern.Exactly(LeafRecipe.Subject), IdentityPattern.Exactly(LeafRecipe.Issuer)),
        TrustedRoot.Parse(TestWorld.Bytes(TestWorld.Root()), "test"),
        SigstoreRequirements.Default);

    /// <summary>A signature of the artifact with this digest, as cosign 3 attaches it.</summary>
    public static SignatureArtifact Sign(Digest artifact, BundleRecipe? recipe = null)
    {
        recipe ??= new BundleRecipe();
        var usual = Convert.ToHexStringLower(SHA256.HashData(BundleRecipe.Artifact));
        recipe.Statement = recipe.Statement.Replace(usual, artifact.Hex, StringComparison.Ordinal);
        (recipe.AsEnvelope, recipe.Entry) = (true, "dsse 0.0.1");
        var bundle = TestWorld.Bytes(recipe.Make());
        return SignatureFixture.Artifact((Descriptor.Of(SigstoreBundle.MediaType, bundle), bundle));
    }
}
