using EdgeSync.Agent.Daemon;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Daemon;

public sealed class StateLockTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Take_OtherProcessHasTheLock_FailsAtOnce()
    {
        using var first = StateLock.Take(_folder.Path);

        Assert.Equal(StateLock.InUse, Assert.Throws<StorageException>(() => StateLock.Take(_folder.Path)).Reason);
    }

    [Fact]
    public async Task Wait_VerbReleasesTheLock_TakesIt()
    {
        var verb = StateLock.Take(_folder.Path);
        var waiting = StateLock.WaitAsync(_folder.Path, _time, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        verb.Dispose();
        _time.Advance(TimeSpan.FromSeconds(1));

        using var taken = await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Throws<StorageException>(() => StateLock.Take(_folder.Path));
    }

    [Fact]
    public async Task Wait_OtherAgentHasTheLock_GivesUpAfterAWhile()
    {
        using var other = StateLock.Take(_folder.Path);
        var waiting = StateLock.WaitAsync(_folder.Path, _time, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(6));

        var failure = await Assert.ThrowsAsync<StorageException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(StateLock.InUse, failure.Reason);
    }

    public void Dispose() => _folder.Dispose();
}
