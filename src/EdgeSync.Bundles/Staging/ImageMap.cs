using EdgeSync.Bundles.Reading;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.References;

namespace EdgeSync.Bundles.Staging;

/// <summary>
/// The names by which the container runtime will ask the mirror for a bundle's images, completed as the runtime does it: <c>nginx</c> is
/// <c>docker.io/library/nginx:latest</c>. Two spellings of one name must not mean two images.
/// </summary>
public sealed class ImageMap
{
    private ImageMap(IReadOnlyDictionary<OciReference, Descriptor> images) => Images = images;

    /// <summary>The images by completed name; one without a tag is pinned by its digest. Made for <c>MirrorContent</c>.</summary>
    public IReadOnlyDictionary<OciReference, Descriptor> Images { get; }

    /// <summary>The registries that the mirror must answer for (containerd's <c>ns</c>), sorted.</summary>
    public IReadOnlyList<string> Registries =>
        [.. Images.Keys.Select(name => name.Registry).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The images of a bundle. Throws <see cref="BundleException"/> where two references are one name with two digests.</summary>
    public static ImageMap Of(IEnumerable<BundleImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var map = new Dictionary<OciReference, Descriptor>();
        var faults = new List<BundleFault>();
        foreach (var image in images)
        {
            var name = OciReference.ParseImage(image.Reference);
            if (!map.TryAdd(name, image.Descriptor) && map[name].Digest != image.Descriptor.Digest)
            {
                faults.Add(new BundleFault($"'{image.Reference}' and another spelling of {name} are different images"));
            }
        }

        // A tag is one image, with or without a digest behind it.
        var tagged = map.Where(image => image.Key.Tag is not null).GroupBy(image => $"{image.Key.Name}:{image.Key.Tag}", StringComparer.Ordinal);
        faults.AddRange(tagged
            .Where(group => group.Select(image => image.Value.Digest).Distinct().Count() > 1 && group.Any(image => image.Key.Digest is null))
            .Select(group => new BundleFault($"'{group.Key}' is used without a digest, and with one that is another image")));
        return faults.Count == 0 ? new ImageMap(map) : throw new BundleException(faults);
    }
}
