namespace EdgeSync.Reconciliation.Channels;

/// <summary>Hands progress to everybody who watches, and stores the latest for the status.</summary>
internal sealed class ProgressHub(Action changed) : IProgress<PipelineProgress>
{
    private readonly Lock _lock = new();
    private readonly List<IProgress<PipelineProgress>> _watchers = [];
    private volatile PipelineProgress? _latest;

    /// <summary>The latest progress of the current pass; null between passes.</summary>
    public PipelineProgress? Latest => _latest;

    public void Report(PipelineProgress value)
    {
        var isNew = _latest?.Stage != value.Stage || _latest.WaitingFor != value.WaitingFor;
        _latest = value;
        foreach (var watcher in Watchers())
        {
            watcher.Report(value);
        }

        if (isNew)
        {
            changed();
        }
    }

    /// <summary>The pass is over: nothing is in progress.</summary>
    public void Settle()
    {
        _latest = null;
        changed();
    }

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
