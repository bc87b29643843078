using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Preflight;

/// <summary>A bundle that must be ready to run here.</summary>
/// <param name="Channel">Its channel.</param>
/// <param name="Release">Its release.</param>
/// <param name="IsLastGood">Whether a rollback goes to it; otherwise it is on its way.</param>
internal sealed record SiteBundle(string Channel, AcknowledgedRelease Release, bool IsLastGood)
{
    /// <summary>What the cache has of it; null where it cannot be read.</summary>
    public BundleContent? Content { get; init; }

    /// <summary>Why it cannot be read, or null.</summary>
    public EdgeSyncException? Failure { get; init; }

    /// <summary>Channel, name and version for people.</summary>
    public override string ToString() => $"channel {Channel}: {Release.Name} {Release.Version} (release {Release.Number})";
}
