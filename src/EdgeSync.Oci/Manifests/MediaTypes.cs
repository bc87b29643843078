namespace EdgeSync.Oci.Manifests;

/// <summary>The media types of manifests and of what they commonly point to.</summary>
public static class MediaTypes
{
    /// <summary>OCI image manifest.</summary>
    public const string ImageManifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>OCI image index.</summary>
    public const string ImageIndex = "application/vnd.oci.image.index.v1+json";

    /// <summary>OCI image configuration.</summary>
    public const string ImageConfig = "application/vnd.oci.image.config.v1+json";

    /// <summary>OCI image layer, tar with gzip.</summary>
    public const string ImageLayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>The two bytes <c>{}</c>, where an artifact needs no configuration.</summary>
    public const string Empty = "application/vnd.oci.empty.v1+json";

    /// <summary>Docker image configuration.</summary>
    public const string DockerImageConfig = "application/vnd.docker.container.image.v1+json";

    /// <summary>Docker image manifest, version 2, schema 2.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Docker manifest list, what an image index was before OCI.</summary>
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>Bytes of no known kind.</summary>
    public const string OctetStream = "application/octet-stream";

    /// <summary>Every manifest type that is accepted, as a registry is asked for them.</summary>
    public static IReadOnlyList<string> Manifests { get; } = [ImageIndex, ImageManifest, DockerManifestList, DockerManifest];

    /// <summary>Whether it names a manifest of one image or artifact.</summary>
    public static bool IsManifest(string? mediaType) => mediaType is ImageManifest or DockerManifest;

    /// <summary>Whether it names a list of manifests.</summary>
    public static bool IsIndex(string? mediaType) => mediaType is ImageIndex or DockerManifestList;
}
