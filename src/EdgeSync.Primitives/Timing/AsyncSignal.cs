namespace EdgeSync.Primitives.Timing;

/// <summary>
/// Wakes a loop that waits. Several signals before the loop waits again count as one. Any thread may signal; one loop waits.
/// </summary>
/// <param name="isSet">Whether the first wait ends at once.</param>
public sealed class AsyncSignal(bool isSet = false)
{
    // A timer cannot wait for more than some weeks.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(12);

    private volatile TaskCompletionSource _set = Create(isSet);

    /// <summary>Ends the current wait, or else the next one.</summary>
    public void Set() => _set.TrySetResult();

    /// <summary>
    /// Waits for a signal, but not longer than <paramref name="atMost"/> and never longer than 12 hours. Returns true after a signal, and false when the time is over.
    /// </summary>
    public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        // A timer drops fractions of a millisecond; a loop that wakes that much too early would spin until the time has come.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling(Math.Clamp(atMost.TotalMilliseconds, 0, LongestWait.TotalMilliseconds)));
        var set = _set;
        await set.Task.WaitAsync(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return Take(set);
    }

    /// <summary>Waits for a signal.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var set = _set;
        await set.Task.WaitAsync(cancellationToken);
        Take(set);
    }

    // The loop looks at its state after it was woken, so that a signal until then needs no second look.
    private bool Take(TaskCompletionSource set)
    {
        if (!set.Task.IsCompleted)
        {
            return false;
        }

        _set = Create(isSet: false);
        return true;
    }

    private static TaskCompletionSource Create(bool isSet)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (isSet)
        {
            source.SetResult();
        }

        return source;
    }
}
