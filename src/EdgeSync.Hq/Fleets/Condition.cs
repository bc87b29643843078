namespace EdgeSync.Hq.Fleets;

/// <summary>A site in one word, the worst that is true of it first.</summary>
public enum Condition
{
    /// <summary>Somebody may be tampering: an integrity alert is open.</summary>
    Suspect,

    /// <summary>A release failed or was refused, and nothing proves that something else works.</summary>
    Failed,

    /// <summary>Not all of what runs is healthy, or the ledger does not prove what the status says.</summary>
    Degraded,

    /// <summary>The newest release failed or was refused; the one before runs, healthy, and the signed ledger proves it.</summary>
    LastGood,

    /// <summary>What runs is right, but the newest release of a channel has expired and nothing newer came: somebody may be keeping it away.</summary>
    Frozen,

    /// <summary>Not heard for a day.</summary>
    Silent,

    /// <summary>Not heard as often as expected.</summary>
    Stale,

    /// <summary>Enrolled, and never heard.</summary>
    Unheard,

    /// <summary>A release is on its way, or waits for leave.</summary>
    Progressing,

    /// <summary>Fresh, healthy, and proven so by the signed ledger.</summary>
    Healthy,
}
