using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>Who at the site said "no changes now".</summary>
public interface IHoldStore
{
    /// <summary>The hold that ends last of those that hold at this time, or null.</summary>
    Hold? Active(DateTimeOffset now);
}
