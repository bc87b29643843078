using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Hq.Fleets;

/// <summary>
/// Judges a site. The rule that stands above all: nothing is called healthy that is not fresh, and nothing that the signed ledger does not prove,
/// because presence and status carry no signature.
/// </summary>
internal static class SiteAssessor
{
    private const int StaleAfterIntervals = 3;
    private const int SilentAfterIntervals = 6;
    private static readonly TimeSpan SilentAfter = TimeSpan.FromHours(24);

    public static Assessment Assess(SiteState site, DateTimeOffset now)
    {
        var freshness = JudgeFreshness(site, now);
        var (condition, explanation) = Judge(site, freshness, now);
        return new Assessment(condition, freshness, explanation);
    }

    public static Freshness JudgeFreshness(SiteState site, DateTimeOffset now)
    {
        if (site.LastWordAt is not { } heard)
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

    /// <summary>Whether the ledger proves what the status claims of a channel that it calls healthy.</summary>
    public static bool IsProven(SiteState site, ChannelStatus channel) =>
        channel.Running is { } running
        && site.Proofs.TryGetValue(channel.Channel, out var proof)
        && proof.Healthy == running.Digest;

    private static (Condition Condition, string Explanation) Judge(SiteState site, Freshness freshness, DateTimeOffset now)
    {
        if (site.OpenEvidence > 0)
        {
            return (Condition.Suspect, $"{Words.Count(site.OpenEvidence, "integrity alert")} to review");
        }

        return freshness switch
        {
            Freshness.Never => (Condition.Unheard, "Enrolled, and not heard of yet"),
            Freshness.Silent => (Condition.Silent, $"No word for {Words.Age(now - site.LastWordAt!.Value)}; {DescribeLastKnown(site)}"),
            Freshness.Stale => (Condition.Stale, $"No word for {Words.Age(now - site.LastWordAt!.Value)}; {DescribeLastKnown(site)}"),
            _ => JudgeStatus(site),
        };
    }

    private static (Condition Condition, string Explanation) JudgeStatus(SiteState site)
    {
        if (site.Status is not { Channels.Count: > 0 } status)
        {
            return (Condition.Progressing, site.Status is null ? "Connected, no status yet" : "Follows no channel yet");
        }

        return status.Channels.Select(c => JudgeChannel(site, c)).MinBy(v => v.Condition);
    }

    private static (Condition Condition, string Explanation) JudgeChannel(SiteState site, ChannelStatus channel)
    {
        var (condition, explanation) = JudgeState(site, channel);
        return channel.FrozenSince is { } since && condition > Condition.Frozen
            ? (Condition.Frozen, $"{(site.Status!.Channels.Count > 1 ? $"{channel.Channel}: " : "")}No fresh release since {Words.Time(since)}; "
                + $"{(channel.State == ChannelState.Healthy ? $"{Describe(channel)} runs on" : Words.Of(channel.State).ToLowerInvariant())}")
            : (condition, explanation);
    }

    private static (Condition Condition, string Explanation) JudgeState(SiteState site, ChannelStatus channel)
    {
        var prefix = site.Status!.Channels.Count > 1 ? $"{channel.Channel}: " : "";
        var words = prefix + (channel.Message ?? Words.Of(channel.State));
        return channel.State switch
        {
            ChannelState.RolledBack or ChannelState.Rejected when channel.Running is not null => JudgeLastGood(site, channel, prefix),
            ChannelState.Failed or ChannelState.Rejected or ChannelState.RolledBack => (Condition.Failed, words),
            ChannelState.Degraded => (Condition.Degraded, words),
            ChannelState.Healthy when !IsProven(site, channel) =>
                (Condition.Degraded, prefix + "Says healthy; no signed acknowledgement proves it yet"),
            ChannelState.Healthy => (Condition.Healthy, $"{prefix}{channel.Message ?? $"{Describe(channel)} runs, proven by the signed ledger"}"),
            _ => (Condition.Progressing, words),
        };
    }

    // The store works, and something needs a person: neither red nor green. Whether it works, only the signed ledger can say.
    private static (Condition Condition, string Explanation) JudgeLastGood(SiteState site, ChannelStatus channel, string prefix)
    {
        var isProven = IsProven(site, channel);
        var runs = channel.State == ChannelState.RolledBack ? "runs again" : "runs on";
        var proof = isProven ? "" : ", and no signed acknowledgement proves it healthy";
        var ended = channel.State == ChannelState.RolledBack ? "failed here" : "was refused";
        return (
            isProven ? Condition.LastGood : Condition.Degraded,
            $"{prefix}{Describe(channel)} {runs}{proof}; {DescribePending(channel)} {ended}: {channel.Message ?? channel.Reason ?? "it gave no reason"}");
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
        ? $"last known: {string.Join(", ", status.Channels.Select(c => Words.Of(c.State)).Distinct()).ToLowerInvariant()}"
        : "it has never sent a status";
}
