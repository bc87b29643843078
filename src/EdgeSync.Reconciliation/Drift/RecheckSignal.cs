namespace EdgeSync.Reconciliation.Drift;

/// <summary>
/// Says that content in the cache may be lost. The mirror raises it when it misses content; the worker, or a wait for health, takes it. Safe to use by
/// several threads.
/// </summary>
internal sealed class RecheckSignal
{
    private volatile TaskCompletionSource _raised = NewSource();

    /// <summary>Completes when there is a signal to take.</summary>
    public Task Raised => _raised.Task;

    /// <summary>False where the signal was raised before and nobody has taken it yet.</summary>
    public bool Raise() => _raised.TrySetResult();

    /// <summary>Takes the signal; false where there is none. Used by one caller at a time.</summary>
    public bool Take()
    {
        if (!_raised.Task.IsCompleted)
        {
            return false;
        }

        _raised = NewSource();
        return true;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
