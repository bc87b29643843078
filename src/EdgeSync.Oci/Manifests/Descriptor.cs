using EdgeSync.Primitives;

namespace EdgeSync.Oci.Manifests;

/// <summary>Points to content by digest and size (OCI image specification, "descriptor").</summary>
public sealed record Descriptor
{
    /// <summary>What kind of content it is.</summary>
    public required string MediaType { get; init; }

    /// <summary>The digest of the content.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The exact size of the content, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>What kind of artifact it is, where the content is a manifest of one.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>What an image in an index runs on.</summary>
    public OciPlatform? Platform { get; init; }

    /// <summary>Free text by key.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Where else the content is; a layer of a Windows image that registries may not hand on has only these.</summary>
    public IReadOnlyList<string>? Urls { get; init; }

    /// <summary>Describes these bytes.</summary>
    public static Descriptor Of(string mediaType, ReadOnlySpan<byte> content) =>
        new() { MediaType = mediaType, Digest = Digest.Of(content), Size = content.Length };

    /// <summary>The annotation with this key, or null.</summary>
    public string? Annotation(string key) => Annotations?.GetValueOrDefault(key);

    /// <summary>For messages: the digest and the size.</summary>
    public override string ToString() => $"{Digest} ({Size} bytes, {MediaType})";
}
