using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Snapshots;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Keys;
using EdgeSync.Sqlite;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.Holds;

/// <summary><c>edgesync rebuild</c> without a daemon, on a stored site of two channels.</summary>
public sealed class RebuildServiceTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly SigningKey _key = SigningKey.Create("ledger");
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.Zero));
    private readonly NamedCluster _cluster = new();
    private readonly SiteStore _store;
    private readonly RebuildService _service;

    public RebuildServiceTests()
    {
        var database = SqliteDatabase.Open(_folder["site.db"], SiteSchema.Steps);
        var clock = new SiteClock(_time, _time.GetUtcNow());
        var ledger = new Ledger(database, new SiteProfile("retail", "store-1", new Dictionary<string, string>(), "0.1.0"), _key, clock);
        _store = new SiteStore(database, ledger, RollbackGuard.Open(_folder["memory.json"], NullLogger<RollbackGuard>.Instance), clock);
        _service = new RebuildService(_store, _cluster, ["stable", "tools"], _time);
        _store.Commit(new ChannelRecord { Channel = "stable", Cluster = "first" });
        _store.Commit(new ChannelRecord { Channel = "tools", Cluster = "first" });
    }

    [Fact]
    public async Task Ask_TheSameCluster_HasNothingToRebuild() => Assert.Empty((await AskAsync(yes: true)).Channels);

    [Fact]
    public async Task Ask_WithoutYes_NamesTheChannelsAndStoresNothing()
    {
        _cluster.Identity = "second";

        var answer = await AskAsync(yes: false);

        Assert.Equal(("second", false), (answer.Cluster, answer.Allowed));
        Assert.Equal([new RebuildEntry("stable", "first", null, null), new RebuildEntry("tools", "first", null, null)], answer.Channels);
        Assert.Null(_store.Load("stable").Rebuild);
    }

    [Fact]
    public async Task Ask_Yes_IsStoredForThisClusterAlone()
    {
        _cluster.Identity = "second";

        Assert.Equal(2, (await AskAsync(yes: true)).Channels.Count);

        Assert.Equal(new ClusterRebuild("second", Waiting: null), _store.Load("stable").Rebuild);
        Assert.Equal("first", _store.Load("stable").Cluster);
        Assert.Empty((await AskAsync(yes: false)).Channels);
        _cluster.Identity = "third";
        Assert.Equal(2, (await AskAsync(yes: false)).Channels.Count);
    }

    [Fact]
    public async Task Ask_OneChannel_LeavesTheOther()
    {
        _cluster.Identity = "second";

        await AskAsync(yes: true, "tools");

        Assert.Equal((true, false), (_store.Load("tools").Rebuild is not null, _store.Load("stable").Rebuild is not null));
    }

    [Fact]
    public async Task Ask_ClusterThatTheAgentHasSeen_RepeatsItsWords()
    {
        _cluster.Identity = "second";
        _store.Commit(_store.Load("stable") with { Rebuild = new ClusterRebuild("second", new Failure(ReasonCodes.ClusterReplaced, "restore till")) });

        Assert.Equal("restore till", (await AskAsync(yes: false)).Channels[0].Message);
    }

    [Theory]
    [InlineData("", null, "RebuildInvalid")]
    [InlineData("two\nlines", null, "RebuildInvalid")]
    [InlineData("anna", "other", "ChannelUnknown")]
    public async Task Ask_InvalidRequest_IsRefusedAsUsage(string by, string? channel, string reason)
    {
        var failure = await Assert.ThrowsAsync<AgentException>(() => _service.AskAsync(new RebuildRequest(by, Yes: true, channel), site: null, default));

        Assert.Equal((reason, ExitCodes.Usage), (failure.Reason, failure.ExitCode));
    }

    [Fact]
    public async Task Ask_ClusterDoesNotSayWhichItIs_AllowsNothing()
    {
        _cluster.Identity = null;

        var failure = await Assert.ThrowsAsync<AgentException>(() => AskAsync(yes: true));

        Assert.Equal(("ClusterUnknown", ExitCodes.Unavailable), (failure.Reason, failure.ExitCode));
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _key.Dispose();
        _folder.Dispose();
    }

    private Task<RebuildAnswer> AskAsync(bool yes, string? channel = null) => _service.AskAsync(new RebuildRequest("anna", yes, channel), site: null, default);

    // A cluster that may only be asked which one it is.
    private sealed class NamedCluster : ICluster
    {
        public string? Identity { get; set; } = "first";

        public Task<string?> GetIdentityAsync(CancellationToken cancellationToken) => Task.FromResult(Identity);

        public Task<string> GetVersionAsync(CancellationToken cancellationToken) => throw new InvalidOperationException();

        public IClusterChange Begin(DesiredState bundle) => throw new InvalidOperationException();

        public IClusterChange BeginHooks(DesiredState bundle, IReadOnlyList<KubernetesObject> needs) => throw new InvalidOperationException();

        public IVolumeSnapshots SnapshotsOf(DesiredState bundle) => throw new InvalidOperationException();

        public Task<PrunePlan> PlanPruneAsync(DesiredState bundle, CancellationToken cancellationToken) => throw new InvalidOperationException();

        public Task<ApplyResult> PruneAsync(DesiredState bundle, PrunePlan plan, CancellationToken cancellationToken) => throw new InvalidOperationException();

        public IAsyncEnumerable<DriftNotice> WatchDriftAsync(DesiredState bundle, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }
}
