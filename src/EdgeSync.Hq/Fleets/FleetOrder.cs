namespace EdgeSync.Hq.Fleets;

/// <summary>By what the fleet's table is ordered.</summary>
public enum FleetOrder
{
    /// <summary>The worst first.</summary>
    Condition,

    /// <summary>By fleet and site.</summary>
    Name,

    /// <summary>The oldest last word first.</summary>
    LastWord,

    /// <summary>By what runs.</summary>
    Release,
}
