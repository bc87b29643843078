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

    public void Dispose() => _one.Dispose();
}
