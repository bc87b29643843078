using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Sources;
using EdgeSync.Agent.Time;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Manifests;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Registries;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.Sources;

/// <summary>Channels that a real registry does not have.</summary>
public sealed class MissingChannelTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private TestbedSession _session = null!;
    private RegistryServer _server = null!;

    public async Task InitializeAsync()
    {
        _session = await TestbedSession.StartAsync();
        _server = await RegistryServer.StartAsync(_session);
    }

    [PeerFact]
    public async Task Poll_RepositoryThatIsNotThere_SaysSo()
    {
        var missing = await PollAsync("retail/relaeses");

        Assert.Contains("no repository", missing.Message, StringComparison.Ordinal);
        Assert.False(missing.IsUnreleased);
    }

    [PeerFact]
    public async Task Poll_TagThatIsNotThere_NamesTheTagsThatAre()
    {
        using var client = new RegistryClient(
            new Oci.Registries.RegistryOptions { Host = _server.Address, PlainHttp = true }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
        foreach (var tag in new[] { "canary", "sha256-0000.sig" })
        {
            await client.PushManifestAsync(
                "retail/releases", tag, MediaTypes.ImageIndex, """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"""u8.ToArray(), _limit.Token);
        }

        var missing = await PollAsync("retail/releases");

        Assert.EndsWith("has no tag 'stable' (it has: canary)", missing.Message, StringComparison.Ordinal);
        Assert.False(missing.IsUnreleased);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _session.DisposeAsync();
    }

    public void Dispose() => _limit.Dispose();

    private async Task<PollResult.Missing> PollAsync(string repository)
    {
        var clock = new SiteClock(TimeProvider.System, proven: null);
        using var registries = new RegistryClients(
            [new RegistrySection { Host = _server.Address, PlainHttp = true }], clock, new RetryPolicy(clock, new Random(1)), NullLogger<RegistryClient>.Instance);
        var channel = new ChannelSubscription("stable", $"{_server.Address}/{repository}", TimeSpan.FromMinutes(1), "default", TimeSpan.FromMinutes(5));
        using var cache = await ContentStore.OpenAsync(_session[Guid.NewGuid().ToString("N")], clock, _limit.Token);
        using var key = SigningKey.Create("release");
        var trust = new FixedTrust(new TrustPolicy(new KeyRing("release", [key.PublicKey], 1), new KeyRing("bundle", [key.PublicKey], 1)));
        return Assert.IsType<PollResult.Missing>(await new RegistryReleaseSource(registries, cache, trust).PollAsync(channel, known: null, _limit.Token));
    }
}
