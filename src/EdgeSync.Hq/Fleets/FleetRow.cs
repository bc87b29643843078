namespace EdgeSync.Hq.Fleets;

/// <summary>A site with its assessment.</summary>
/// <param name="Site">The site.</param>
/// <param name="Assessment">How the site is doing now.</param>
/// <param name="Newest">The newest trust of its fleet, or null if no site of the fleet has a root.</param>
public sealed record FleetRow(SiteState Site, Assessment Assessment, FleetTrust? Newest)
{
    /// <summary>Whether another site of the fleet has newer trust. Null if this site has no root.</summary>
    public bool? IsTrustBehind => Site.Status?.Trust is { } trust ? Newest?.IsAhead(trust) ?? false : null;
}
