namespace EdgeSync.Reconciliation.Staging;

/// <summary>What this site is, as configured: what a release's selector and version range are held against.</summary>
/// <param name="Fleet">The fleet.</param>
/// <param name="Site">The site.</param>
/// <param name="Labels">The site's labels.</param>
/// <param name="AgentVersion">This agent's version, <c>major.minor.patch</c>.</param>
public sealed record SiteProfile(string Fleet, string Site, IReadOnlyDictionary<string, string> Labels, string AgentVersion);
