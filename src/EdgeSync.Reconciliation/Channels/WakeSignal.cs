using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>Wakes a worker's loop, and lets callers wait for the end of a pass that begins after they asked.</summary>
internal sealed class WakeSignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _woken = NewSource();
    private TaskCompletionSource? _asked;
    private WindowOverride? _override;
    private bool _poll = true;

    /// <summary>Wakes the loop.</summary>
    public void Set(bool poll)
    {
        lock (_lock)
        {
            _poll |= poll;
            _woken.TrySetResult();
        }
    }

    /// <summary>
    /// Wakes the loop to poll, and completes at the end of the pass that this starts. Where <paramref name="windows"/> is given, that pass keeps to no windows.
    /// </summary>
    public Task RequestPassAsync(CancellationToken cancellationToken, WindowOverride? windows = null)
    {
        lock (_lock)
        {
            _override = windows ?? _override;
            _asked ??= NewSource();
            _poll = true;
            _woken.TrySetResult();
            return _asked.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes the requests so far; later requests are for the next pass.</summary>
    public Pass BeginPass()
    {
        lock (_lock)
        {
            var pass = new Pass(_poll, _asked, _override);
            _poll = false;
            _override = null;
            _asked = null;
            _woken = NewSource();
            return pass;
        }
    }

    /// <summary>Waits until woken, but no longer than <paramref name="atMost"/>; <see cref="TimeSpan.MaxValue"/> sets no timer.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        Task woken;
        lock (_lock)
        {
            woken = _woken.Task;
        }

        // A timer cuts off fractions of a millisecond; woken that much too early, the loop would spin until the time has come.
        var delay = atMost == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : atMost < MaxDelay ? TimeSpan.FromMilliseconds(Math.Ceiling(atMost.TotalMilliseconds)) : MaxDelay;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(woken, Task.Delay(delay, time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    // Longer delays do not fit a timer; the loop waits again anyway.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromHours(12);

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was requested of one pass.</summary>
    internal readonly record struct Pass(bool Poll, TaskCompletionSource? Asked, WindowOverride? Override = null)
    {
        public void Complete() => Asked?.TrySetResult();
    }
}
