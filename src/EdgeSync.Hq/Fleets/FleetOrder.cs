namespace EdgeSync.Hq.Fleets;

/// <summary>How the table of sites is ordered.</summary>
public enum FleetOrder
{
    /// <summary>By condition, the worst first.</summary>
    Condition,

    /// <summary>By fleet and site.</summary>
    Name,

    /// <summary>By when the site was last heard from, the oldest first.</summary>
    LastWord,

    /// <summary>By the running release.</summary>
    Release,
}
