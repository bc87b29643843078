using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>Stores the proof that somebody with trusted keys signed two releases under one number, for people to examine later.</summary>
public interface IEvidenceStore
{
    /// <summary>
    /// Stores both records; they are on disk when the call returns. Safe to call again with the same. The number of stored proofs is bounded, and the
    /// first ones stay.
    /// </summary>
    void Keep(Equivocation equivocation);
}
