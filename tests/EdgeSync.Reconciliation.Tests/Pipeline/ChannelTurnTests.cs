using EdgeSync.Reconciliation.Pipeline;

namespace EdgeSync.Reconciliation.Tests.Pipeline;

public sealed class ChannelTurnTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private readonly ChannelTurn _turn;
    private int _freed;

    public ChannelTurnTests() => _turn = new ChannelTurn(() => _freed++);

    public void Dispose() => _turn.Dispose();

    [Fact]
    public async Task FollowAsync_KeeperHasItsTurn_IsWantedUntilTheKeeperEnds()
    {
        var keeping = await _turn.KeepAsync(default);
        var following = _turn.FollowAsync(default);
        Assert.True(_turn.Wanted.IsCompleted);
        Assert.False(following.IsCompleted);

        keeping.Dispose();

        using (await following.WaitAsync(Bound))
        {
            Assert.False(_turn.Wanted.IsCompleted);
            Assert.Equal(0, _freed);
        }

        Assert.Equal(1, _freed);
    }

    [Fact]
    public async Task FollowAsync_BeginningFails_LeavesTheTurnToOthers()
    {
        _turn.Begun = () => Task.FromException(new IOException("the watch cannot be ended"));
        await Assert.ThrowsAsync<IOException>(() => _turn.FollowAsync(default));

        using var keeping = await _turn.KeepAsync(default).WaitAsync(Bound);
        Assert.Equal(1, _freed);
    }
}
