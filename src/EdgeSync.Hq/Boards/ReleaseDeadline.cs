using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Boards;

/// <summary>A release that says by when it should be active, and where a site is with it. It is information: no site waits or hurries for it.</summary>
/// <param name="Release">The release.</param>
/// <param name="Deadline">By when it should be active.</param>
/// <param name="IsActive">Whether it runs at the site.</param>
/// <param name="ActiveAt">When it became healthy, by the signed ledger; null where it is not active or the ledger does not say.</param>
/// <param name="IsBlocked">Whether the site refused it or went back from it.</param>
public sealed record ReleaseDeadline(AcknowledgedRelease Release, DateTimeOffset Deadline, bool IsActive, DateTimeOffset? ActiveAt, bool IsBlocked)
{
    private static readonly TimeSpan ShownFor = TimeSpan.FromHours(24);

    /// <summary>Whether it became active after its deadline, or is not active although that is over.</summary>
    public bool IsLate(DateTimeOffset now) => IsActive ? ActiveAt > Deadline : now > Deadline;

    /// <summary>The releases of a site that have a deadline. One that is active is left out a day after it.</summary>
    public static IReadOnlyList<ReleaseDeadline> Of(SiteState site, DateTimeOffset now) =>
        site.Status is not { } status ? [] : [.. status.Channels.Select(channel => Of(site, channel)).OfType<ReleaseDeadline>().Where(r => !r.IsActive || now < r.Deadline + ShownFor)];

    private static ReleaseDeadline? Of(SiteState site, ChannelStatus channel)
    {
        if (channel.Pending is { Deadline: { } due } pending && pending.Digest != channel.Running?.Digest)
        {
            return new ReleaseDeadline(pending, due, IsActive: false, ActiveAt: null, channel.State is ChannelState.Rejected or ChannelState.RolledBack or ChannelState.Failed);
        }

        return channel.Running is { Deadline: { } deadline } running
            ? new ReleaseDeadline(running, deadline, IsActive: true, SiteAssessor.IsProven(site, channel) ? site.Proofs[channel.Channel].HealthyAt : null, IsBlocked: false)
            : null;
    }
}
