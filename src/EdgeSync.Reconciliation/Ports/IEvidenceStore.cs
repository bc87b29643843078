using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>Keeps what proves that somebody with trusted keys signed two things under one number, for people to look at later.</summary>
public interface IEvidenceStore
{
    /// <summary>
    /// Keeps both records; it is on disk when the call returns. Safe to call again with the same. The number that is kept is bounded, and the first
    /// ones stay.
    /// </summary>
    void Keep(Equivocation equivocation);
}
