namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>Lets one change of the cluster run at a time on the whole site, whatever the channel. All channels share one.</summary>
internal sealed class ActivationLock : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    public async Task<T> RunAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await change();
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// The same, but gives up where another change runs until <paramref name="isNeeded"/> ends: null then. <paramref name="isNeeded"/> has ended when
    /// <paramref name="change"/> begins.
    /// </summary>
    public async Task<T?> TryRunAsync<T>(Func<Task<T>> change, Func<CancellationToken, Task<bool>> isNeeded, CancellationToken cancellationToken)
        where T : class
    {
        if (!await TryEnterAsync(isNeeded, cancellationToken))
        {
            return null;
        }

        try
        {
            return await change();
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<bool> TryEnterAsync(Func<CancellationToken, Task<bool>> isNeeded, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var entering = _one.WaitAsync(over.Token);
        if (!entering.IsCompleted)
        {
            var needed = isNeeded(over.Token);
            await Task.WhenAny(entering, needed);
            await over.CancelAsync();
            await needed.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        try
        {
            await entering;
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
