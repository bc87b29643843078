using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Daemon;

/// <summary>What is to be said of the site itself, gathered from those who know.</summary>
internal sealed class SiteNotices(SiteClock clock, SiteMemory memory, EvidenceFolder evidence)
{
    /// <summary>Null where all is right.</summary>
    public IReadOnlyList<SiteNotice>? All
    {
        get
        {
            var doubt = clock.Doubt;
            List<SiteNotice> all = [.. memory.Notices, .. doubt is null ? Array.Empty<SiteNotice>() : [doubt]];
            return all.Count > 0 ? all : null;
        }
    }

    /// <summary>The proofs of double signatures that are kept; null where there are none.</summary>
    public IReadOnlyList<EquivocationStatus>? Evidence => evidence.All is { Count: > 0 } kept ? kept : null;
}
