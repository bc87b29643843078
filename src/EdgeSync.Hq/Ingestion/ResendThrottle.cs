using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Limits how often HQ asks a site for the same missing entries, because each entry after a gap would trigger the request.</summary>
internal sealed class ResendThrottle
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Dictionary<SiteKey, (long From, DateTimeOffset At)> _requests = [];

    public bool MayAsk(SiteKey site, long from, DateTimeOffset now)
    {
        if (_requests.TryGetValue(site, out var last) && last.From == from && now - last.At < Interval)
        {
            return false;
        }

        _requests[site] = (from, now);
        return true;
    }
}
