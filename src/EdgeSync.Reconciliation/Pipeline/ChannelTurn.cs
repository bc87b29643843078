namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Lets either the follower or the keeper of a channel change the cluster, one at a time. The follower goes first: the keeper breaks off a wait for health when
/// the follower asks for its turn. <paramref name="freed"/> is called when the follower ends its turn.
/// </summary>
internal sealed class ChannelTurn(Action freed) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile TaskCompletionSource _wanted = NewSource();

    /// <summary>Awaited at the beginning of the follower's turn.</summary>
    public Func<Task> Begun { get; set; } = () => Task.CompletedTask;

    /// <summary>Completes when the follower waits for its turn.</summary>
    public Task Wanted => _wanted.Task;

    /// <summary>The follower's turn, until the result is disposed.</summary>
    public async Task<IDisposable> FollowAsync(CancellationToken cancellationToken)
    {
        _wanted.TrySetResult();
        await _one.WaitAsync(cancellationToken);
        _wanted = NewSource();
        var following = new Turn(_one, freed);
        try
        {
            await Begun();
            return following;
        }
        catch
        {
            // Nobody else would end a turn that the caller did not get, and both loops would wait for ever.
            following.Dispose();
            throw;
        }
    }

    /// <summary>The keeper's turn, until the result is disposed.</summary>
    public async Task<IDisposable> KeepAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        return new Turn(_one, () => { });
    }

    public void Dispose() => _one.Dispose();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Turn(SemaphoreSlim one, Action ended) : IDisposable
    {
        public void Dispose()
        {
            one.Release();
            ended();
        }
    }
}
