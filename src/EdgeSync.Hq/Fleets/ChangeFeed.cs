using System.Threading.Channels;

namespace EdgeSync.Hq.Fleets;

/// <summary>Tells open pages that something changed, but not what. The page then loads the newest state, so a missed signal does no harm.</summary>
internal sealed class ChangeFeed
{
    private readonly Lock _lock = new();
    private readonly HashSet<Subscription> _subscriptions = [];

    public int Subscribers
    {
        get
        {
            lock (_lock)
            {
                return _subscriptions.Count;
            }
        }
    }

    /// <summary>Subscribes to one site, or to all sites if <paramref name="site"/> is null. The caller disposes the subscription.</summary>
    public Subscription Subscribe(SiteKey? site)
    {
        var subscription = new Subscription(this, site);
        lock (_lock)
        {
            _subscriptions.Add(subscription);
        }

        return subscription;
    }

    public void Announce(IReadOnlySet<SiteKey> sites)
    {
        lock (_lock)
        {
            foreach (var subscription in _subscriptions.Where(s => s.Site is not { } site || sites.Contains(site)))
            {
                subscription.Signal();
            }
        }
    }

    public void AnnounceAll()
    {
        lock (_lock)
        {
            foreach (var subscription in _subscriptions)
            {
                subscription.Signal();
            }
        }
    }

    private void Remove(Subscription subscription)
    {
        lock (_lock)
        {
            _subscriptions.Remove(subscription);
        }
    }

    internal sealed class Subscription(ChangeFeed feed, SiteKey? site) : IDisposable
    {
        // One waiting signal covers any number of changes.
        private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        public SiteKey? Site { get; } = site;

        public ChannelReader<bool> Signals => _signals.Reader;

        public void Signal() => _signals.Writer.TryWrite(true);

        public void Dispose() => feed.Remove(this);
    }
}
