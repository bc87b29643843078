using System.Collections.Concurrent;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Hq;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Mqtt;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Keys;
using EdgeSync.Sqlite;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.Hq;

/// <summary>A site's link to HQ's broker, with its ledger on disk and without channels. It runs until it is disposed of.</summary>
internal sealed class HqLinkFixture : IAsyncDisposable, ILogger<HqLink>
{
    private readonly TempDirectory _folder = new();
    private readonly SigningKey _key = SigningKey.Create("ledger");
    private readonly SiteStore _store;
    private readonly HqLink _link;

    public HqLinkFixture(int port)
    {
        var database = SqliteDatabase.Open(_folder["site.db"], SiteSchema.Steps);
        var clock = new SiteClock(TimeProvider.System, TimeProvider.System.GetUtcNow());
        var profile = new SiteProfile("retail", "store-1", new Dictionary<string, string>(), "0.1.0");
        Ledger = new Ledger(database, profile, _key, clock);
        var guard = RollbackGuard.Open(_folder["memory.json"], NullLogger<RollbackGuard>.Instance);
        _store = new SiteStore(database, Ledger, guard, clock);
        Notices = new SiteNotices(clock, guard, new EvidenceFolder(_folder["evidence"], NullLogger<EvidenceFolder>.Instance), null, Ledger, []);
        var holds = new HoldStore(database, Ledger, clock, NullLogger<HoldStore>.Instance);
        var options = new HqSection { Broker = new Uri($"mqtt://127.0.0.1:{port}"), KeepAlive = TimeSpan.FromMinutes(1), ReportEvery = TimeSpan.FromMinutes(15) };
        var site = new Site(profile, Ledger, holds, Notices, clock, options.ReportEvery, _ => []);
        var connection = HqMessages.Connection(options, Topics, clock) with { BackoffFirst = TimeSpan.FromMilliseconds(20), BackoffCap = TimeSpan.FromMilliseconds(50) };
        var session = new MqttSession(connection, clock, new RetryPolicy(clock, new Random(7)), NullLogger<MqttSession>.Instance);
        _link = new HqLink(options, Topics, site, Notices, Ledger, null, new DiffSender(CompareAsync, _key, clock), new HqPreflights(mayAsk: true, Started.Enqueue, reply => site.PreflightReply = reply, clock, this), session, clock, new Random(7), this);
    }

    public SiteTopics Topics { get; } = new("retail", "store-1");

    public Ledger Ledger { get; }

    public SiteNotices Notices { get; }

    public ConcurrentQueue<string> Logged { get; } = new();

    /// <summary>The preflights that HQ's requests have begun.</summary>
    public ConcurrentQueue<PreflightRequest> Started { get; } = new();

    public Task StartAsync() => _link.StartAsync(CancellationToken.None);

    /// <summary>Appends one acknowledgement whose text has so many letters.</summary>
    public void Append(int letters) => _store.Commit(
        new ChannelRecord { Channel = "stable" }, new AcknowledgementDraft(AcknowledgementEvent.Failed, null) { Message = new string('x', letters) });

    public async ValueTask DisposeAsync()
    {
        await _link.StopAsync(CancellationToken.None);
        _link.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _key.Dispose();
        _folder.Dispose();
    }

    private Task<PlanDocument> CompareAsync(string request, CancellationToken cancellationToken) => Task.FromResult(new PlanDocument
    {
        Schema = PlanDocument.DiffSchema,
        Fleet = Topics.Fleet,
        Site = Topics.Site,
        At = TimeProvider.System.GetUtcNow(),
        Request = request,
        HasChanges = false,
        Channels = [],
    });

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Logged.Enqueue($"{eventId.Id} {formatter(state, exception)}");
}
