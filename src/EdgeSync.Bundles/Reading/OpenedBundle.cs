using EdgeSync.Bundles.Metadata;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Bundles.Reading;

/// <summary>
/// The content of a bundle that is trusted or that runs here already. Only <see cref="BundleReader"/> makes one, from a <see cref="VerifiedBundle"/> or
/// a <see cref="RunningBundle"/>.
/// </summary>
public sealed class OpenedBundle
{
    internal OpenedBundle(VerifiedBundle? proof, BundleContent content)
    {
        Proof = proof;
        Content = content;
    }

    /// <summary>The proof that it is trusted; null for a <see cref="RunningBundle"/>.</summary>
    public VerifiedBundle? Proof { get; }

    /// <summary>The content.</summary>
    public BundleContent Content { get; }

    /// <summary>The bundle's image index, or the manifest of a foreign archive.</summary>
    public Descriptor Index => Content.Root;

    /// <summary>Its name, version and requirements.</summary>
    public BundleMetadata Metadata => Content.Metadata;

    /// <summary>Its components, each after the ones that it depends on.</summary>
    public IReadOnlyList<BundleComponent> Components => Content.Components;

    /// <summary>The images that it contains and that the site needs; none for a foreign archive.</summary>
    public IReadOnlyList<BundleImage> Images => Content.Images;

    /// <summary>The images that only components of other sites use, and no image that the site needs.</summary>
    public IReadOnlySet<Digest> LeftOutImages =>
        Content.LeftOutImages.Select(image => image.Descriptor.Digest).Except(Content.Images.Select(image => image.Descriptor.Digest)).ToHashSet();

    /// <summary>The objects of all components, in their order, without the hooks.</summary>
    public IReadOnlyList<KubernetesObject> Objects => Content.Objects;

    /// <summary>The hooks of all components, in their order.</summary>
    public IReadOnlyList<Hook> Hooks => Content.Hooks;

    /// <summary>Every image reference that the runtime must know before anything is applied, each once, sorted.</summary>
    public IReadOnlyList<string> ImageReferences => Content.ImageReferences;
}
