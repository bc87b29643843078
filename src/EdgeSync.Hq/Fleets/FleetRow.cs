namespace EdgeSync.Hq.Fleets;

/// <summary>A site and what its state means now.</summary>
/// <param name="Site">The site.</param>
/// <param name="Assessment">What its state means.</param>
/// <param name="Newest">The newest trust of its fleet, or null where no site of it has a root.</param>
public sealed record FleetRow(SiteState Site, Assessment Assessment, FleetTrust? Newest)
{
    /// <summary>Whether another site of the fleet has newer trust; null where this one has no root.</summary>
    public bool? IsTrustBehind => Site.Status?.Trust is { } trust ? Newest?.IsAhead(trust) ?? false : null;
}
