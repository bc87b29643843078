namespace EdgeSync.Hq.Nights;

/// <summary>How the night of a site was. Values are ordered: the worst is the lowest.</summary>
public enum NightState
{
    /// <summary>A release failed, and nothing that is healthy runs.</summary>
    Failed,

    /// <summary>A release failed, and what ran before runs again.</summary>
    RolledBack,

    /// <summary>What runs is not healthy, or drifts.</summary>
    Degraded,

    /// <summary>A release was refused.</summary>
    Rejected,

    /// <summary>The report of this night is due, and HQ has only older ones.</summary>
    NoReport,

    /// <summary>A release waits for something.</summary>
    Waiting,

    /// <summary>A release had begun and was not over yet.</summary>
    UnderWay,

    /// <summary>Everything that was planned was done.</summary>
    Done,

    /// <summary>Nothing was planned.</summary>
    Nothing,

    /// <summary>The site never made a report.</summary>
    Never,
}
