using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;

namespace EdgeSync.Agent.Holds;

/// <summary>The site's holds for the verbs, with and without a running daemon.</summary>
internal sealed class HoldClient(AgentConfiguration configuration)
{
    public Task<HoldAnswer> ListAsync(CancellationToken cancellationToken) => SiteAccess.AskAsync(
        configuration,
        daemon => daemon.ListHoldsAsync(cancellationToken),
        (HoldService holds) => Task.FromResult(holds.List()));

    /// <summary>Sets a hold. Raises an <see cref="Failures.AgentException"/> if the request is refused.</summary>
    public Task<HoldAnswer> SetAsync(HoldRequest request, CancellationToken cancellationToken) => SiteAccess.AskAsync(
        configuration,
        daemon => daemon.SetHoldAsync(request, cancellationToken),
        (HoldService holds) => Task.FromResult(holds.Set(request)));

    /// <summary>Ends holds. Raises an <see cref="Failures.AgentException"/> if only other people hold the site.</summary>
    public Task<HoldAnswer> ClearAsync(HoldEnding ending, CancellationToken cancellationToken) => SiteAccess.AskAsync(
        configuration,
        daemon => daemon.ClearHoldsAsync(ending, cancellationToken),
        (HoldService holds) => Task.FromResult(holds.Clear(ending)));
}
