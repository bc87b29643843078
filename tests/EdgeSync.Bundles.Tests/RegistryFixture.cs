using EdgeSync.Oci.Registries;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Bundles.Tests;

/// <summary>One real docker-registry for a test class.</summary>
public sealed class RegistryFixture : PeerFixture
{
    private TestbedSession _session = null!;

    public RegistryServer Registry { get; private set; } = null!;

    public RegistryClient Client { get; private set; } = null!;

    protected override async Task StartAsync()
    {
        _session = await TestbedSession.StartAsync();
        Registry = await RegistryServer.StartAsync(_session);
        Client = new RegistryClient(new Oci.Registries.RegistryOptions { Host = Registry.Address, PlainHttp = true }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
    }

    protected override async Task StopAsync()
    {
        Client?.Dispose();
        await _session.DisposeAsync();
    }
}
