namespace EdgeSync.Hq.Fleets;

/// <summary>A site and what its state means now.</summary>
public sealed record FleetRow(SiteState Site, Assessment Assessment);
