using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Reconciliation;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;
using EdgeSync.Sqlite;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.State;

/// <summary>A site's database with holds and ledger, on a clock that stands still.</summary>
internal sealed class HoldFixture : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly SigningKey _key = SigningKey.Create("ledger");
    private Ledger _ledger = null!;

    public HoldFixture() => Holds = Open();

    public ManualTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.Zero));

    public DateTimeOffset Now => Time.GetUtcNow();

    public HoldStore Holds { get; private set; }

    public void Restart() => Holds = Open();

    /// <summary>What the ledger says, signatures and chain checked.</summary>
    public IReadOnlyList<Acknowledgement> Ledger()
    {
        var entries = new List<Acknowledgement>();
        LedgerHead? head = null;
        foreach (var entry in _ledger.Read(1, 100))
        {
            var verdict = AcknowledgementVerifier.Verify(entry.Envelope, new LedgerExpectation("retail", "store-1", _key.PublicKey, head));
            var valid = Assert.IsType<LedgerVerdict.Valid>(verdict);
            head = valid.Head;
            entries.Add(valid.Entry);
        }

        return entries;
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _key.Dispose();
        _folder.Dispose();
    }

    private HoldStore Open()
    {
        var database = SqliteDatabase.Open(_folder["site.db"], SiteSchema.Steps);
        var site = new SiteProfile("retail", "store-1", new Dictionary<string, string>(), "0.1.0");
        _ledger = new Ledger(database, site, _key, new SiteClock(Time, Time.GetUtcNow()));
        return new HoldStore(database, _ledger, Time, NullLogger<HoldStore>.Instance);
    }
}
