namespace EdgeSync.Reconciliation.Steps;

/// <summary>Why a bundle is written to the cluster.</summary>
internal enum ActivationKind
{
    /// <summary>It is new here, or is gone back to: pods must prove that they stay up.</summary>
    Change,

    /// <summary>It is live; what did not drift need not prove itself again.</summary>
    Repair,

    /// <summary>It is live and was not healthy: what is not healthy now is not waited for, and what is must prove that it stays so.</summary>
    Recheck,
}
