using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>The holds: who at the site said "no changes now".</summary>
public interface IHoldStore
{
    /// <summary>Raised, from any thread, after a hold was set or ended.</summary>
    event Action? Changed;

    /// <summary>
    /// Of the holds on this channel, the one that ends last; null where there is none. An expired hold is ended and acknowledged first, so that the
    /// ledger never shows a change before the end of the hold that delayed it.
    /// </summary>
    Hold? Active(string channel);
}
