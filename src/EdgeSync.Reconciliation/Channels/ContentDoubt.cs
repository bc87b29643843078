namespace EdgeSync.Reconciliation.Channels;

/// <summary>Word that content may be lost: raised by whoever misses some, taken by whoever looks after it next. Safe to use by several threads.</summary>
internal sealed class ContentDoubt
{
    private volatile TaskCompletionSource _raised = NewSource();

    /// <summary>Ends when there is a doubt to take.</summary>
    public Task Raised => _raised.Task;

    /// <summary>False where the doubt was raised before, and not taken yet.</summary>
    public bool Raise() => _raised.TrySetResult();

    /// <summary>Takes the doubt, where there is one. Used by one caller at a time.</summary>
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
