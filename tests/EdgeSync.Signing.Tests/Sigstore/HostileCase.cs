using System.Text.Json.Nodes;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

/// <summary>One fault of a bundle or a root, and a part of the expected message.</summary>
internal sealed record HostileCase(SigstoreCheckKind? Kind, string Words)
{
    public Action<BundleRecipe> Recipe { get; init; } = _ => { };

    public Action<JsonNode> Bundle { get; init; } = _ => { };

    public Action<JsonNode> Root { get; init; } = _ => { };

    public SigstoreIdentity Identity { get; init; } = Identities.Right;

    public SigstoreRequirements Requirements { get; init; } = SigstoreRequirements.Default;

    public SigstoreVerdict Verify()
    {
        var recipe = new BundleRecipe();
        Recipe(recipe);
        var bundle = recipe.Make();
        Bundle(bundle);
        var root = TestWorld.Root();
        Root(root);
        Assert.True(SigstoreBundle.TryParse(TestWorld.Bytes(bundle), out var parsed, out var problem), problem);
        var trusted = TrustedRoot.Parse(TestWorld.Bytes(root), "test");
        return SigstoreVerifier.Verify(parsed, SigstoreSubject.OfContent(BundleRecipe.Artifact), Identity, trusted, Requirements);
    }

    public static void V2(BundleRecipe recipe)
    {
        recipe.Entry = "hashedrekord 0.0.2";
        recipe.Log = TestWorld.Rekor2;
        recipe.Promise = false;
        recipe.Stamped = true;
    }
}
