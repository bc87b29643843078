namespace EdgeSync.Reconciliation.Channels;

/// <summary>Hands progress to everybody who watches, and stores the latest of each loop for the status.</summary>
internal sealed class ProgressHub
{
    private readonly Lock _lock = new();
    private readonly List<IProgress<PipelineProgress>> _watchers = [];
    private readonly Action _changed;

    public ProgressHub(Action changed)
    {
        _changed = changed;
        Following = new Source(this);
        Keeping = new Source(this);
    }

    /// <summary>The progress of the loop that follows the channel.</summary>
    public Source Following { get; }

    /// <summary>The progress of the loop that keeps what is live.</summary>
    public Source Keeping { get; }

    /// <summary>The latest progress of what is under way; null between passes.</summary>
    public PipelineProgress? Latest => Following.Latest ?? Keeping.Latest;

    /// <summary>Watches until the result is disposed.</summary>
    public IDisposable Watch(IProgress<PipelineProgress> watcher)
    {
        lock (_lock)
        {
            _watchers.Add(watcher);
        }

        return new Watching(this, watcher);
    }

    private IProgress<PipelineProgress>[] Watchers()
    {
        lock (_lock)
        {
            return [.. _watchers];
        }
    }

    /// <summary>What one loop reports.</summary>
    internal sealed class Source(ProgressHub hub) : IProgress<PipelineProgress>
    {
        private volatile PipelineProgress? _latest;

        public PipelineProgress? Latest => _latest;

        public void Report(PipelineProgress value)
        {
            var isNew = _latest?.Stage != value.Stage || _latest.WaitingFor != value.WaitingFor;
            _latest = value;
            foreach (var watcher in hub.Watchers())
            {
                watcher.Report(value);
            }

            if (isNew)
            {
                hub._changed();
            }
        }

        /// <summary>The pass is over: nothing is in progress.</summary>
        public void Settle()
        {
            _latest = null;
            hub._changed();
        }
    }

    private sealed class Watching(ProgressHub hub, IProgress<PipelineProgress> watcher) : IDisposable
    {
        public void Dispose()
        {
            lock (hub._lock)
            {
                hub._watchers.Remove(watcher);
            }
        }
    }
}
