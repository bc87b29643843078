namespace EdgeSync.Bundles;

/// <summary>The media types and annotations of bundles, and of the foreign artifacts that are read as one.</summary>
public static class BundleMediaTypes
{
    /// <summary>The artifact type of a bundle's image index.</summary>
    public const string Bundle = "application/vnd.edgesync.bundle.v1";

    /// <summary>The artifact type of the manifest that holds a bundle's content.</summary>
    public const string Content = "application/vnd.edgesync.content.v1";

    /// <summary>The content's configuration: <see cref="EdgeSync.Bundles.Metadata.BundleMetadata"/> as JSON.</summary>
    public const string Metadata = "application/vnd.edgesync.content.config.v1+json";

    /// <summary>The content's one layer: the YAML files.</summary>
    public const string Layer = "application/vnd.edgesync.content.layer.v1.tar+gzip";

    /// <summary>The layer of an artifact that Flux pushes.</summary>
    public const string FluxLayer = "application/vnd.cncf.flux.content.v1.tar+gzip";

    /// <summary>How the media type of any other archive of YAML ends.</summary>
    public const string ArchiveSuffix = "tar+gzip";

    /// <summary>On the descriptor of an image in a bundle's index: the reference as the manifests write it.</summary>
    public const string ImageAnnotation = "dev.edgesync.image";

    /// <summary>On an index or manifest: its name for people.</summary>
    public const string TitleAnnotation = "org.opencontainers.image.title";

    /// <summary>On an index or manifest: its version.</summary>
    public const string VersionAnnotation = "org.opencontainers.image.version";

    /// <summary>On an index or manifest: when it was made (RFC 3339).</summary>
    public const string CreatedAnnotation = "org.opencontainers.image.created";

    /// <summary>On an artifact of Flux: the revision of its source.</summary>
    public const string RevisionAnnotation = "org.opencontainers.image.revision";
}
