using EdgeSync.Testbed;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Oci.Tests.Peers;

/// <summary>One real docker-registry for a test class.</summary>
public sealed class RegistryFixture : PeerFixture
{
    public TestbedSession Session { get; private set; } = null!;

    public RegistryServer Registry { get; private set; } = null!;

    protected override async Task StartAsync()
    {
        Session = await TestbedSession.StartAsync();
        Registry = await RegistryServer.StartAsync(Session);
    }

    protected override async Task StopAsync() => await Session.DisposeAsync();
}
