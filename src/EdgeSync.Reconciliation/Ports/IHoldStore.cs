using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>Who at the site said "no changes now".</summary>
public interface IHoldStore
{
    /// <summary>
    /// The hold that ends last of those that hold the channel now, or null. One that has run out is ended and acknowledged first, so
    /// that the ledger never has a change before the end of the hold that kept it waiting.
    /// </summary>
    Hold? Active(string channel);
}
