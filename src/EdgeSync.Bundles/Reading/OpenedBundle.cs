using EdgeSync.Bundles.Metadata;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Oci.Manifests;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Bundles.Reading;

/// <summary>
/// A bundle whose signatures were judged and whose content was read: what may be staged. Only <see cref="BundleReader.OpenAsync"/> makes one, of a
/// <see cref="VerifiedBundle"/>.
/// </summary>
public sealed class OpenedBundle
{
    internal OpenedBundle(VerifiedBundle proof, BundleContent content)
    {
        Proof = proof;
        Content = content;
    }

    /// <summary>The proof that it is trusted.</summary>
    public VerifiedBundle Proof { get; }

    /// <summary>What was read.</summary>
    public BundleContent Content { get; }

    /// <summary>The bundle's image index, or the manifest of a foreign archive.</summary>
    public Descriptor Index => Content.Root;

    /// <summary>What it says of itself.</summary>
    public BundleMetadata Metadata => Content.Metadata;

    /// <summary>Its parts, each after those it depends on.</summary>
    public IReadOnlyList<BundleComponent> Components => Content.Components;

    /// <summary>The images that it brings; none for a foreign archive.</summary>
    public IReadOnlyList<BundleImage> Images => Content.Images;

    /// <summary>The objects of all components, in their order.</summary>
    public IReadOnlyList<KubernetesObject> Objects => Content.Objects;

    /// <summary>Every image reference that the runtime must know before anything is applied, each once, sorted.</summary>
    public IReadOnlyList<string> ImageReferences => Content.ImageReferences;
}
