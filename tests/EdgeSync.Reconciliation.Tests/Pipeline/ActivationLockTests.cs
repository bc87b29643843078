using EdgeSync.Reconciliation.Pipeline;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

public sealed class ActivationLockTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private readonly ActivationLock _lock = new();
    private readonly TaskCompletionSource<string> _other = new();
    private readonly TaskCompletionSource<bool> _needed = new();

    public void Dispose() => _lock.Dispose();

    [Fact]
    public async Task TryRunAsync_NobodyElseChangesTheCluster_RunsAndAsksNobody()
    {
        Assert.Equal("done", await _lock.TryRunAsync(() => Task.FromResult("done"), _ => throw new InvalidOperationException(), default));
    }

    [Fact]
    public async Task TryRunAsync_NeededElsewhereWhileAnotherChangeRuns_GivesUpAndLeavesTheLockFree()
    {
        var other = _lock.RunAsync(() => _other.Task, default);
        var trying = TryRunAsync();

        _needed.SetResult(true);

        Assert.Null(await trying.WaitAsync(Bound));
        _other.SetResult("other");
        await other.WaitAsync(Bound);
        Assert.Equal("done", await TryRunAsync().WaitAsync(Bound));
    }

    [Fact]
    public async Task TryRunAsync_TheOtherChangeEnds_Runs()
    {
        var other = _lock.RunAsync(() => _other.Task, default);
        var trying = TryRunAsync();
        Assert.False(trying.IsCompleted);

        _other.SetResult("other");

        Assert.Equal("done", await trying.WaitAsync(Bound));
        await other.WaitAsync(Bound);
    }

    private Task<string?> TryRunAsync() => _lock.TryRunAsync(() => Task.FromResult("done"), token => _needed.Task.WaitAsync(token), default);
}
