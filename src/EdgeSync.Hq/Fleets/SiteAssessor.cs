using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Hq.Fleets;

/// <summary>
/// Assesses a site. One rule comes before all others: a site is healthy only if it was heard from recently and its signed ledger proves it, because
/// presence and status messages carry no signature.
/// </summary>
internal static class SiteAssessor
{
    private const int StaleAfterIntervals = 3;
    private const int SilentAfterIntervals = 6;
    private static readonly TimeSpan SilentAfter = TimeSpan.FromHours(24);

    public static Assessment Assess(SiteState site, DateTimeOffset now)
    {
        var freshness = AssessFreshness(site, now);
        var (condition, explanation) = AssessCondition(site, freshness, now);
        return new Assessment(condition, freshness, explanation);
    }

    public static Freshness AssessFreshness(SiteState site, DateTimeOffset now)
    {
        if (site.LastHeardAt is not { } heard)
        {
            return Freshness.Never;
        }

        var age = now - heard;
        var expected = site.ExpectedEvery;
        var silentAfter = TimeSpan.FromTicks(Math.Max(SilentAfter.Ticks, expected.Ticks * SilentAfterIntervals));
        var offlineTooLong = site.Presence is PresenceState.Offline or PresenceState.Stopped && now - site.PresenceAt > expected;
        return age > silentAfter ? Freshness.Silent
            : age > expected * StaleAfterIntervals || offlineTooLong ? Freshness.Stale
            : Freshness.Fresh;
    }

    /// <summary>Whether the ledger proves that the bundle that runs on a channel is healthy.</summary>
    public static bool IsProven(SiteState site, ChannelStatus channel) =>
        channel.Running is { } running
        && site.Proofs.TryGetValue(channel.Channel, out var proof)
        && proof.Healthy == running.Digest;

    private static (Condition Condition, string Explanation) AssessCondition(SiteState site, Freshness freshness, DateTimeOffset now)
    {
        if (site.OpenEvidence > 0)
        {
            return (Condition.Suspect, $"{DisplayText.Count(site.OpenEvidence, "integrity alert")} to review");
        }

        return freshness switch
        {
            Freshness.Never => (Condition.Unheard, "Enrolled; the site has not sent anything yet"),
            Freshness.Silent => (Condition.Silent, $"Nothing received for {DisplayText.Age(now - site.LastHeardAt!.Value)}; {DescribeLastKnown(site)}"),
            Freshness.Stale => (Condition.Stale, $"Nothing received for {DisplayText.Age(now - site.LastHeardAt!.Value)}; {DescribeLastKnown(site)}"),
            _ => AssessStatus(site),
        };
    }

    private static (Condition Condition, string Explanation) AssessStatus(SiteState site)
    {
        if (site.Status is not { Channels.Count: > 0 } status)
        {
            return (Condition.Progressing, site.Status is null ? "Connected; no status yet" : "Follows no channel yet");
        }

        return status.Channels.Select(c => AssessChannel(site, c)).MinBy(v => v.Condition);
    }

    private static (Condition Condition, string Explanation) AssessChannel(SiteState site, ChannelStatus channel)
    {
        var (condition, explanation) = AssessState(site, channel);
        return channel.FrozenSince is { } since && condition > Condition.Frozen
            ? (Condition.Frozen, $"{(site.Status!.Channels.Count > 1 ? $"{channel.Channel}: " : "")}No fresh release since {DisplayText.Time(since)}; "
                + $"{(channel.State == ChannelState.Healthy ? $"{Describe(channel)} keeps running" : DisplayText.Of(channel.State).ToLowerInvariant())}")
            : (condition, explanation);
    }

    private static (Condition Condition, string Explanation) AssessState(SiteState site, ChannelStatus channel)
    {
        var prefix = site.Status!.Channels.Count > 1 ? $"{channel.Channel}: " : "";
        var text = prefix + (channel.Message ?? DisplayText.Of(channel.State));
        return channel.State switch
        {
            ChannelState.RolledBack or ChannelState.Rejected when channel.Running is not null => AssessLastGood(site, channel, prefix),
            ChannelState.Failed or ChannelState.Rejected or ChannelState.RolledBack => (Condition.Failed, text),
            ChannelState.Degraded => (Condition.Degraded, text),
            ChannelState.Healthy when !IsProven(site, channel) =>
                (Condition.Degraded, prefix + "The status says healthy; no signed acknowledgement proves it yet"),
            ChannelState.Healthy => (Condition.Healthy, $"{prefix}{channel.Message ?? $"{Describe(channel)} runs; the signed ledger proves it"}"),
            _ => (Condition.Progressing, text),
        };
    }

    // The site still works, but the release needs attention: neither red nor green. Only the signed ledger can prove that the site works.
    private static (Condition Condition, string Explanation) AssessLastGood(SiteState site, ChannelStatus channel, string prefix)
    {
        var isProven = IsProven(site, channel);
        var runs = channel.State == ChannelState.RolledBack ? "runs again" : "keeps running";
        var proof = isProven ? "" : ", and no signed acknowledgement proves it healthy";
        var ended = channel.State == ChannelState.RolledBack ? "failed here" : "was refused";
        return (
            isProven ? Condition.LastGood : Condition.Degraded,
            $"{prefix}{Describe(channel)} {runs}{proof}; {DescribePending(channel)} {ended}: {channel.Message ?? channel.Reason ?? "the site gave no reason"}");
    }

    private static string DescribePending(ChannelStatus channel) => channel.Pending switch
    {
        null => "the newest release",
        { Version: { } version } pending => $"{version} ({pending.Digest.ToShortString()})",
        { } pending => pending.Digest.ToShortString(),
    };

    private static string Describe(ChannelStatus channel) =>
        $"{channel.Running!.Name ?? "The bundle"} {channel.Running.Version ?? channel.Running.Digest.ToShortString()}";

    private static string DescribeLastKnown(SiteState site) => site.Status is { Channels.Count: > 0 } status
        ? $"last known: {string.Join(", ", status.Channels.Select(c => DisplayText.Of(c.State)).Distinct()).ToLowerInvariant()}"
        : "the site has never sent a status";
}
