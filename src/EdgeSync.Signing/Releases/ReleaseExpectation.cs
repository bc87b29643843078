using EdgeSync.Primitives;

namespace EdgeSync.Signing.Releases;

/// <summary>What a site knows when it verifies a release record.</summary>
public sealed record ReleaseExpectation
{
    /// <summary>The channel that was asked.</summary>
    public required string Channel { get; init; }

    /// <summary>The repository that was asked, <c>HOST/NAME</c>; null if unknown.</summary>
    public string? Repository { get; init; }

    /// <summary>Whether the channel follows a plain tag of bundles, and no signed releases.</summary>
    public bool FollowsTag { get; init; }

    /// <summary>The site's labels.</summary>
    public required IReadOnlyDictionary<string, string> SiteLabels { get; init; }

    /// <summary>The newest authentic record seen on this channel (<see cref="ReleaseVerdict.Seen"/> of earlier verdicts), or null.</summary>
    public SeenRelease? HighestSeen { get; init; }

    /// <summary>
    /// The payload digest of the release that is active here, or null. It is accepted regardless of the time, because accepting it changes nothing.
    /// </summary>
    public Digest? Active { get; init; }

    /// <summary>The later of the clock and the latest time that was proven to the site, UTC.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>This agent's version (semantic version).</summary>
    public required string AgentVersion { get; init; }
}
