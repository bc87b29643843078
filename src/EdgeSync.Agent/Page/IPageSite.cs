using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Page.Views;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.Page;

/// <summary>What the page shows of this site, and what its buttons do.</summary>
internal interface IPageSite
{
    /// <summary>Raised, from any thread, when the page may look different.</summary>
    event Action? Changed;

    /// <summary>The site's zone.</summary>
    TimeZoneInfo Zone { get; }

    /// <summary>Whether the site reports to an HQ.</summary>
    bool HasHq { get; }

    /// <summary>The windows of each channel.</summary>
    IReadOnlyList<(string Channel, ChannelWindows Windows)> Windows { get; }

    /// <summary>The preflight that runs or ran last, or null.</summary>
    PreflightView? Preflight { get; }

    SiteStatus Status();

    /// <summary>The newest acknowledgements, the newest first.</summary>
    IReadOnlyList<Acknowledgement> Newest();

    /// <summary>Sets a hold. Raises an <see cref="Failures.AgentException"/> if the request is not valid.</summary>
    void Hold(HoldRequest request);

    /// <summary>Ends holds. Raises an <see cref="Failures.AgentException"/> if there is no such hold.</summary>
    void Release(HoldEnding ending);

    /// <summary>Begins a preflight. Raises an <see cref="Failures.AgentException"/> if one runs already, or the request is not valid.</summary>
    void Begin(PreflightOptions options);
}

/// <summary>What a preflight from the page is asked for.</summary>
/// <param name="By">Who asks.</param>
/// <param name="Deadline">By when the site must be ready, UTC, or null.</param>
/// <param name="Mission">For how long everything has to hold from then on.</param>
/// <param name="Hold">The reason of the hold that stays with GO, or null.</param>
internal sealed record PreflightOptions(string By, DateTimeOffset? Deadline, TimeSpan Mission, string? Hold);
