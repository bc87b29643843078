using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Hq.Fleets;

/// <summary>Names one site. Both names are valid (<see cref="EdgeSync.Primitives.EntityName"/>).</summary>
public readonly record struct SiteKey(string Fleet, string Site)
{
    public SiteTopics Topics => new(Fleet, Site);

    public override string ToString() => $"{Fleet}/{Site}";
}
