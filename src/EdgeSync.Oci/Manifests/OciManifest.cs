namespace EdgeSync.Oci.Manifests;

/// <summary>What a manifest's bytes say: an <see cref="ImageManifest"/> or an <see cref="ImageIndex"/>, and nothing else.</summary>
public abstract record OciManifest
{
    private protected OciManifest()
    {
    }

    /// <summary>Always 2.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>The document's own media type; OCI allows that it is missing.</summary>
    public string? MediaType { get; init; }

    /// <summary>What kind of artifact it is, or null for an image.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>The manifest that this one says something about, or null.</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>Free text by key.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
