using EdgeSync.Oci.Manifests;

namespace EdgeSync.Oci.Registries;

/// <summary>What looking at a tag found.</summary>
public abstract record ResolveOutcome
{
    private ResolveOutcome()
    {
    }

    /// <summary>The tag still points to the digest that is known.</summary>
    public sealed record NotModified : ResolveOutcome;

    /// <summary>There is no such tag or repository.</summary>
    public sealed record NotFound : ResolveOutcome;

    /// <summary>The tag points to this manifest.</summary>
    /// <param name="Manifest">The manifest; its digest is computed from the bytes as received.</param>
    public sealed record Found(ReceivedManifest Manifest) : ResolveOutcome;
}
