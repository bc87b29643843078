using EdgeSync.Agent.Enrolment;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Daemon;

/// <summary>What is to be said of the site itself, gathered from those who know.</summary>
internal sealed class SiteNotices(SiteClock clock, SiteMemory memory, EvidenceFolder evidence, CertificateRenewer? renewer, Ledger ledger)
{
    /// <summary>Null where all is right.</summary>
    public IReadOnlyList<SiteNotice>? All
    {
        get
        {
            var all = new List<SiteNotice>(memory.Notices);
            foreach (var notice in new[] { clock.Doubt, renewer?.Notice, ledger.Notice })
            {
                if (notice is not null)
                {
                    all.Add(notice);
                }
            }

            return all.Count > 0 ? all : null;
        }
    }

    /// <summary>The proofs of double signatures that are kept; null where there are none.</summary>
    public IReadOnlyList<EquivocationStatus>? Evidence => evidence.All is { Count: > 0 } kept ? kept : null;
}
