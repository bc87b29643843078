using EdgeSync.Testbed;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Oci.Tests.Peers;

/// <summary>One real docker-registry for a test class.</summary>
public sealed class RegistryFixture : IAsyncLifetime
{
    public TestbedSession Session { get; private set; } = null!;

    public RegistryServer Registry { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Session = await TestbedSession.StartAsync();
        Registry = await RegistryServer.StartAsync(Session);
    }

    public async Task DisposeAsync() => await Session.DisposeAsync();
}
