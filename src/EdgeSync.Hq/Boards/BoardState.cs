namespace EdgeSync.Hq.Boards;

/// <summary>Where a site is with its preflight. The values are ordered from worst to best.</summary>
public enum BoardState
{
    /// <summary>The last preflight said NO-GO.</summary>
    NoGo,

    /// <summary>The last preflight said GO, but the site has changed or is not well since.</summary>
    Doubtful,

    /// <summary>HQ asked, and the site refused.</summary>
    Refused,

    /// <summary>HQ asked, and the site has not answered in time.</summary>
    NoAnswer,

    /// <summary>A preflight runs at the site.</summary>
    Running,

    /// <summary>HQ asked, and the site has not answered yet.</summary>
    Asked,

    /// <summary>No preflight counts: there was none, or the mission of the last one is over.</summary>
    NotAsked,

    /// <summary>The last preflight said GO.</summary>
    Go,
}
