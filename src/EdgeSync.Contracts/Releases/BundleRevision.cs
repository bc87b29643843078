using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Releases;

/// <summary>A bundle by name and content. Only <see cref="Digest"/> decides; the rest is for people and for finding it.</summary>
public sealed record BundleRevision
{
    /// <summary>The bundle's name (see <see cref="EntityName"/>).</summary>
    public required string Name { get; init; }

    /// <summary>The bundle's version as its author wrote it.</summary>
    public required string Version { get; init; }

    /// <summary>Registry and repository to fetch it from, <c>registry.example.com/retail/shop</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>The digest of the bundle's image index.</summary>
    public required Digest Digest { get; init; }
}
