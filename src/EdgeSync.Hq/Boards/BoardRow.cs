using EdgeSync.Contracts.Checks;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Boards;

/// <summary>One site on the board.</summary>
/// <param name="Fleet">The site with its assessment.</param>
/// <param name="State">Where it is with its preflight.</param>
/// <param name="Deadline">By when it must be ready, or null.</param>
/// <param name="Running">The preflight that the site makes now, or null.</param>
/// <param name="Stages">What each channel that is under way does now.</param>
/// <param name="Remarks">Sentences for people: reasons against GO, what changed since, what HQ asked last.</param>
/// <param name="Releases">The releases with a deadline that the site runs or has on its way.</param>
public sealed record BoardRow(
    FleetRow Fleet, BoardState State, DateTimeOffset? Deadline, PreflightStatus? Running, IReadOnlyList<BoardStage> Stages, IReadOnlyList<string> Remarks, IReadOnlyList<ReleaseDeadline> Releases)
{
    public SiteState Site => Fleet.Site;

    /// <summary>The answer that counts now; null where none does.</summary>
    public PreflightNote? Answer => State is BoardState.Go or BoardState.NoGo or BoardState.Doubtful ? Site.LastPreflight : null;
}

/// <summary>What a channel does now.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Stage">The stage in one word, or why it waits.</param>
public sealed record BoardStage(string Channel, string Stage);
