using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Building;

/// <summary>An image that a source has.</summary>
public abstract class FoundImage
{
    /// <summary>Its manifest, or its index of platforms.</summary>
    public abstract ReceivedManifest Root { get; }

    /// <summary>Where it is, for people.</summary>
    public abstract string Place { get; }

    /// <summary>The registry's repository that it is in; null for one in a local layout.</summary>
    public abstract OciReference? Origin { get; }

    /// <summary>The platform of an entry of its index that does not say it, by the entry's configuration; null for what is no image.</summary>
    public abstract Task<OciPlatform?> ReadPlatformAsync(Descriptor entry, CancellationToken cancellationToken);

    /// <summary>Copies one of its manifests and all content of the manifest into the target, and verifies every byte.</summary>
    public abstract Task CopyAsync(Descriptor manifest, ContentStore target, CancellationToken cancellationToken);
}
