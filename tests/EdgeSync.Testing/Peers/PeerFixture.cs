using Xunit;

namespace EdgeSync.Testing.Peers;

/// <summary>
/// A class or collection fixture that starts peers. xunit creates the fixtures of a class even when it skips all of its tests, so this one starts
/// nothing unless peers are enabled.
/// </summary>
public abstract class PeerFixture : IAsyncLifetime
{
    public Task InitializeAsync() => PeerTests.AreEnabled ? StartAsync() : Task.CompletedTask;

    public Task DisposeAsync() => PeerTests.AreEnabled ? StopAsync() : Task.CompletedTask;

    /// <summary>Starts the peers.</summary>
    protected abstract Task StartAsync();

    /// <summary>Ends what <see cref="StartAsync"/> started, also after it failed.</summary>
    protected abstract Task StopAsync();
}
