namespace EdgeSync.Reconciliation.Channels;

/// <summary>Wakes a worker's loop, and lets callers wait for the end of a pass that began after they asked.</summary>
internal sealed class WakeSignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _woken = NewSource();
    private TaskCompletionSource? _asked;
    private bool _look = true;

    /// <summary>Wakes the loop.</summary>
    public void Set(bool look)
    {
        lock (_lock)
        {
            _look |= look;
            _woken.TrySetResult();
        }
    }

    /// <summary>Wakes the loop for a look, and ends when the pass that this begins has ended.</summary>
    public Task RequestPassAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _asked ??= NewSource();
            _look = true;
            _woken.TrySetResult();
            return _asked.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Takes what was asked so far; what is asked from now on is for the next pass.</summary>
    public Pass BeginPass()
    {
        lock (_lock)
        {
            var pass = new Pass(_look, _asked);
            _look = false;
            _asked = null;
            _woken = NewSource();
            return pass;
        }
    }

    /// <summary>Waits until woken, or this long.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        Task woken;
        lock (_lock)
        {
            woken = _woken.Task;
        }

        // A timer cuts a part of a millisecond off; woken that much too early, the loop would spin until it is over.
        var delay = atMost < MaxDelay ? TimeSpan.FromMilliseconds(Math.Ceiling(atMost.TotalMilliseconds)) : MaxDelay;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(woken, Task.Delay(delay, time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    // Longer delays than this do not fit a timer; the loop asks again anyway.
    private static readonly TimeSpan MaxDelay = TimeSpan.FromHours(12);

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What one pass was asked for.</summary>
    internal readonly record struct Pass(bool Look, TaskCompletionSource? Asked)
    {
        public void Complete() => Asked?.TrySetResult();
    }
}
