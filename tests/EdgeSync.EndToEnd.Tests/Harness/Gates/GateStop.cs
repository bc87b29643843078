namespace EdgeSync.EndToEnd.Tests.Harness.Gates;

/// <summary>Stops the first request that it wants, at one point of it, until it is released. The test knows then where the site is.</summary>
internal sealed class GateStop(Func<GatedRequest, bool> isWanted, GatePoint point, long afterBytes = 0) : IDisposable
{
    private readonly TaskCompletionSource<GatedRequest> _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GatedRequest? _taken;

    /// <summary>How many bytes of the answer's body may pass before it stops, for <see cref="GatePoint.Body"/>.</summary>
    public long AfterBytes => afterBytes;

    /// <summary>Ends when the request is stopped. Its bytes are counted on.</summary>
    public Task<GatedRequest> Reached => _reached.Task;

    /// <summary>Lets it go on; also one that is not there yet.</summary>
    public void Release() => _released.TrySetResult();

    public void Dispose() => Release();

    /// <summary>Claims a request for this stop; it takes one only.</summary>
    internal bool Takes(GatedRequest request) =>
        !_released.Task.IsCompleted && _taken is null && isWanted(request) && Interlocked.CompareExchange(ref _taken, request, null) is null;

    internal async Task PassAsync(GatedRequest request, GatePoint at, CancellationToken cancellationToken)
    {
        if (at == point)
        {
            _reached.TrySetResult(request);
            await _released.Task.WaitAsync(cancellationToken);
        }
    }
}
