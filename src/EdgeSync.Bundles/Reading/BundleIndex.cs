using EdgeSync.Bundles.Metadata;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Reading;

/// <summary>The parts of a bundle's image index: the content, and the images.</summary>
public sealed record BundleIndex
{
    private BundleIndex(Descriptor content, IReadOnlyList<BundleImage> images)
    {
        Content = content;
        Images = images;
    }

    /// <summary>The manifest that holds the content.</summary>
    public Descriptor Content { get; }

    /// <summary>The images, each reference once.</summary>
    public IReadOnlyList<BundleImage> Images { get; }

    /// <summary>Whether a manifest is the index of a bundle.</summary>
    public static bool IsBundle(OciManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return manifest is ImageIndex { ArtifactType: BundleMediaTypes.Bundle };
    }

    /// <summary>Takes an index apart. Throws <see cref="BundleException"/> for one that is no bundle's.</summary>
    public static BundleIndex Read(OciManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (manifest is not ImageIndex { ArtifactType: BundleMediaTypes.Bundle, Manifests: { Count: > 0 } manifests })
        {
            throw new BundleException($"it is no bundle: an image index with the artifact type {BundleMediaTypes.Bundle} and its content first is expected");
        }

        var (content, rest) = (manifests[0], manifests.Skip(1).ToList());
        var faults = new List<BundleFault>();
        if (content.MediaType != MediaTypes.ImageManifest || content.ArtifactType is not (null or BundleMediaTypes.Content))
        {
            faults.Add(new BundleFault("its first manifest is not the content"));
        }

        if (rest.Count > MetadataRules.MaxImages)
        {
            faults.Add(new BundleFault($"it has {rest.Count} images; at most {MetadataRules.MaxImages} are accepted"));
        }

        var images = new List<BundleImage>();
        foreach (var descriptor in rest)
        {
            if (ReadImage(descriptor, faults) is { } image)
            {
                images.Add(image);
            }
        }

        faults.AddRange(images.GroupBy(i => i.Reference, StringComparer.Ordinal).Where(group => group.Count() > 1)
            .Select(group => new BundleFault($"it has two images for the reference '{group.Key}'")));
        return faults.Count == 0 ? new BundleIndex(content, images) : throw new BundleException(faults);
    }

    private static BundleImage? ReadImage(Descriptor descriptor, List<BundleFault> faults)
    {
        if (descriptor.Annotation(BundleMediaTypes.ImageAnnotation) is not { } reference)
        {
            faults.Add(new BundleFault($"its manifest {descriptor.Digest} has no annotation {BundleMediaTypes.ImageAnnotation}"));
        }
        else if (!OciReference.TryParseImage(reference, out var name))
        {
            faults.Add(new BundleFault($"its image {descriptor.Digest} has a reference that no container runtime accepts"));
        }
        else if (!MediaTypes.IsIndex(descriptor.MediaType) && !MediaTypes.IsManifest(descriptor.MediaType))
        {
            faults.Add(new BundleFault($"its image '{reference}' is of the type '{descriptor.MediaType}', which is no image"));
        }
        else if (name.Digest is { } pinned && pinned != descriptor.Digest)
        {
            faults.Add(new BundleFault($"its image '{reference}' has the digest {descriptor.Digest}"));
        }
        else
        {
            return new BundleImage(reference, descriptor);
        }

        return null;
    }
}
