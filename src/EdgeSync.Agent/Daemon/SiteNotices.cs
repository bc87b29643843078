using EdgeSync.Agent.Enrolment;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Daemon;

/// <summary>Notices about the site itself, collected from the services that raise them.</summary>
internal sealed class SiteNotices(SiteClock clock, RollbackGuard guard, EvidenceFolder evidence, CertificateRenewer? renewer, Ledger ledger, IReadOnlyCollection<RetryingListener> listeners)
{
    private volatile SiteNotice? _hq;

    /// <summary>What HQ's broker does not take from this site; or null.</summary>
    public SiteNotice? Hq
    {
        get => _hq;
        set => _hq = value;
    }

    /// <summary>All notices; null if there are none.</summary>
    public IReadOnlyList<SiteNotice>? All
    {
        get
        {
            var all = new List<SiteNotice>(guard.Notices);
            foreach (var notice in (SiteNotice?[])[clock.Doubt, renewer?.Notice, ledger.Notice, .. listeners.Select(listener => listener.Notice), _hq])
            {
                if (notice is not null)
                {
                    all.Add(notice);
                }
            }

            return all.Count > 0 ? all : null;
        }
    }

    /// <summary>The stored proofs of double signatures; null if there are none.</summary>
    public IReadOnlyList<EquivocationStatus>? Evidence => evidence.All is { Count: > 0 } kept ? kept : null;
}
