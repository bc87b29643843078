namespace EdgeSync.Kubernetes.Api;

/// <summary>Which objects of a kind to list or watch.</summary>
public sealed record ListSelection
{
    /// <summary>The namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>A label selector; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>A field selector; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Only names, labels and the like (<c>PartialObjectMetadata</c>), which is cheaper for both sides. Default: false.</summary>
    public bool MetadataOnly { get; init; }

    internal string Accept => MetadataOnly
        ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
        : "application/json";

    internal string WatchAccept => MetadataOnly ? "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" : "application/json";

    internal string Query =>
        (LabelSelector is null ? "" : $"&labelSelector={Uri.EscapeDataString(LabelSelector)}")
        + (FieldSelector is null ? "" : $"&fieldSelector={Uri.EscapeDataString(FieldSelector)}");
}
