namespace EdgeSync.Kubernetes.Manifests;

/// <summary>Bounds for one manifest file.</summary>
public sealed record ManifestReaderOptions
{
    /// <summary>The largest file, in bytes. Default: 16 MiB.</summary>
    public int MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The most objects in one file, lists expanded. Default: 10,000.</summary>
    public int MaxObjects { get; init; } = 10_000;

    /// <summary>The deepest nesting of maps and lists. Default: 200; Kubernetes itself stops at 10,000.</summary>
    public int MaxDepth { get; init; } = 200;

    /// <summary>The most values in one document after anchors are expanded. Default: 2,000,000.</summary>
    public int MaxNodes { get; init; } = 2_000_000;

    /// <summary>Whether to keep the position of every value. Default: true; false saves memory where nobody reads findings.</summary>
    public bool KeepPositions { get; init; } = true;
}
