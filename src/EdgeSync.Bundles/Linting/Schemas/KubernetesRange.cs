using EdgeSync.Bundles.Metadata;

namespace EdgeSync.Bundles.Linting.Schemas;

/// <summary>
/// The schemas that a bundle must fit. With a range of versions in <c>requires.kubernetes</c>, those that the range allows: the oldest for 1.20, the
/// newest for everything after it. Without a range, an object must fit one of the two.
/// </summary>
internal sealed class KubernetesRange
{
    private const int OldestMinor = 20;
    private const int LastMinor = 99;
    private const int LastPatch = 20;

    public KubernetesRange(string? range)
    {
        IsStated = VersionRange.TryParse(range, out var versions);
        AllowsOldest = versions is null || Allows(versions, OldestMinor);
        AllowsNewer = versions is null || Enumerable.Range(OldestMinor + 1, LastMinor - OldestMinor).Any(minor => Allows(versions, minor));
    }

    public bool IsStated { get; }

    public bool AllowsOldest { get; }

    public bool AllowsNewer { get; }

    /// <summary>The schemas that count, oldest first.</summary>
    public IReadOnlyList<KubernetesSchema> Schemas =>
        [.. AllowsOldest ? [KubernetesSchema.Oldest] : Array.Empty<KubernetesSchema>(), .. AllowsNewer ? [KubernetesSchema.Newest] : Array.Empty<KubernetesSchema>()];

    private static bool Allows(VersionRange versions, int minor) => Enumerable.Range(0, LastPatch).Any(patch => versions.Contains($"1.{minor}.{patch}"));
}
