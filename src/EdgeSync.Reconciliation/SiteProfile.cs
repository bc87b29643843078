using EdgeSync.Bundles.Values;
using EdgeSync.Contracts.Releases;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation;

/// <summary>What this site is, from its configuration. A release's site selector and version range are compared with it.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Site">The site.</param>
/// <param name="Labels">The site's labels.</param>
/// <param name="AgentVersion">This agent's version, <c>major.minor.patch</c>.</param>
public sealed record SiteProfile(string Fleet, string Site, IReadOnlyDictionary<string, string> Labels, string AgentVersion)
{
    /// <summary>Whether a person has to allow that a cluster which was installed again is written to.</summary>
    public bool IsRebuiltByHand { get; init; }

    /// <summary>Whether this process makes one pass and ends, so that it watches nothing.</summary>
    public bool IsOnePass { get; init; }

    /// <summary>The values that this site gives to bundles.</summary>
    public IReadOnlyDictionary<string, SiteValue> Values { get; init; } = new Dictionary<string, SiteValue>();

    /// <summary>Where the values of this release's bundle come from at this site.</summary>
    public ValueSources ValuesFor(ReleaseRecord? release) => new()
    {
        Site = Site,
        Fleet = Fleet,
        Labels = Labels,
        Own = Values,
        Release = release?.Values ?? new Dictionary<string, string>(),
    };

    /// <summary>What the release verifier must know about this site and channel; the caller adds what it has seen before.</summary>
    internal ReleaseExpectation ExpectationFor(ChannelSubscription channel, DateTimeOffset now) => new()
    {
        Channel = channel.Name,
        Repository = channel.Repository,
        FollowsTag = channel.Tag is not null,
        SiteLabels = Labels,
        Now = now,
        AgentVersion = AgentVersion,
    };
}
