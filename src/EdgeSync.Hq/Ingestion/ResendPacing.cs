using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Keeps a gap from being asked for once for every entry that comes behind it: the same question at most every few seconds.</summary>
internal sealed class ResendPacing
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private readonly Dictionary<SiteKey, (long From, DateTimeOffset At)> _asked = [];

    public bool MayAsk(SiteKey site, long from, DateTimeOffset now)
    {
        if (_asked.TryGetValue(site, out var last) && last.From == from && now - last.At < Again)
        {
            return false;
        }

        _asked[site] = (from, now);
        return true;
    }
}
