using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Sources;
using EdgeSync.Agent.Time;
using EdgeSync.Oci;
using EdgeSync.Oci.Content;
using EdgeSync.Oci.Registries;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Policies;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Certificates;
using EdgeSync.Testbed.Registries;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.Sources;

/// <summary>A real registry over TLS, and sites whose clocks are wrong.</summary>
public sealed class RegistryTimeTests : IAsyncLifetime, IDisposable
{
    private static readonly DateTimeOffset Real = TimeProvider.System.GetUtcNow();

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(60));
    private TestbedSession? _session;
    private RegistryServer? _server;
    private CertificateFactory? _factory;

    [PeerFact]
    public async Task Look_1970AtTheVeryFirstBoot_ReachesTheRegistryAndLearnsTheTime()
    {
        var clock = new SiteClock(new ManualTimeProvider(DateTimeOffset.UnixEpoch), proven: null);

        var missing = Assert.IsType<PollResult.Missing>(await PollAsync(clock));

        Assert.Contains("no repository 'localhost:", missing.Message, StringComparison.Ordinal);
        Assert.False(missing.IsUnreleased);
        Assert.Equal(Real, clock.GetUtcNow(), TimeSpan.FromMinutes(2));
        Assert.NotNull(clock.Proven);
    }

    [PeerFact]
    public async Task Look_1970AfterMonthsSwitchedOff_ReachesTheRegistryThoughItsCertificateIsYounger()
    {
        // What the site knows is from before the registry's certificate was made.
        var clock = new SiteClock(new ManualTimeProvider(DateTimeOffset.UnixEpoch), Real.AddDays(-200));

        Assert.IsType<PollResult.Missing>(await PollAsync(clock));

        Assert.Equal(Real, clock.GetUtcNow(), TimeSpan.FromMinutes(2));
    }

    [PeerFact]
    public async Task Look_ClockSetBackBeforeTheCertificateRanOut_IsStillRefused()
    {
        // The machine says today, and the site knows that it is ten years later.
        var clock = new SiteClock(new ManualTimeProvider(Real), Real.AddYears(10));

        var failure = await Assert.ThrowsAnyAsync<EdgeSyncException>(() => PollAsync(clock));

        Assert.Equal(RegistryReasons.TlsRejected, failure.Reason);
    }

    [PeerFact]
    public async Task Look_MachineDaysAhead_IsDoubtedForWhatTheRegistrySays()
    {
        var clock = new SiteClock(new ManualTimeProvider(Real.AddDays(3)), Real.AddDays(-1));

        await PollAsync(clock);

        Assert.Equal(3, (clock.GetUtcNow() - Real).TotalDays, 1);
        Assert.Contains("the registry or HQ said", clock.Doubt?.Message, StringComparison.Ordinal);
    }

    public async Task InitializeAsync()
    {
        _session = await TestbedSession.StartAsync();
        _factory = new CertificateFactory(_session["ca"]);
        _server = await RegistryServer.StartAsync(_session, new Testbed.Registries.RegistryOptions { Certificate = _factory.CreateServer() });
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_session is not null)
        {
            await _session.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _factory?.Dispose();
        _limit.Dispose();
    }

    private async Task<PollResult> PollAsync(SiteClock clock)
    {
        var host = $"localhost:{_server!.Port}";
        using var registries = new RegistryClients(
            [new RegistrySection { Host = host, CaFile = _factory!.AuthorityPath }], clock, new RetryPolicy(clock, new Random(1)), NullLogger<RegistryClient>.Instance);
        var channel = new ChannelSubscription("stable", $"{host}/retail/releases", TimeSpan.FromMinutes(1), "default", TimeSpan.FromMinutes(5));
        using var cache = await ContentStore.OpenAsync(_session![Guid.NewGuid().ToString("N")], clock, _limit.Token);
        using var key = SigningKey.Create("release");
        var trust = new FixedTrust(new TrustPolicy(new KeyRing("release", [key.PublicKey], 1), new KeyRing("bundle", [key.PublicKey], 1)));
        return await new RegistryReleaseSource(registries, cache, trust).PollAsync(channel, known: null, _limit.Token);
    }
}
