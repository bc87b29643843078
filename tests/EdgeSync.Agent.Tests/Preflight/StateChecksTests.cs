using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.Preflight.Checks;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.Preflight;

/// <summary>The checks of what is on the site's disk, on a real database with a real ledger.</summary>
public sealed class StateChecksTests : IAsyncLifetime, IDisposable
{
    private const int PageSize = 4096;

    private readonly CheckFixture _site = new();

    private string Database => Path.Combine(_site.Configuration.StateDirectory, "site.db");

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(_site.Configuration.IdentityDirectory);
        using var key = await LedgerKey.LoadAsync(_site.Configuration, CancellationToken.None);
        var database = SqliteDatabase.Open(Database, SiteSchema.Steps);
        var clock = new SiteClock(TimeProvider.System, TimeProvider.System.GetUtcNow());
        var ledger = new Ledger(database, new SiteProfile("retail", "store-0042", new Dictionary<string, string>(), "0.1.0"), key, clock);
        var store = new SiteStore(database, ledger, RollbackGuard.Open(_site["memory.json"], NullLogger<RollbackGuard>.Instance), clock);
        for (var entry = 0; entry < 200; entry++)
        {
            store.Commit(new ChannelRecord { Channel = "stable" }, new AcknowledgementDraft(AcknowledgementEvent.Drifted, null) { Message = new string('x', 300) });
        }

        SqliteConnection.ClearAllPools();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Database_Whole_Passes() => Assert.Equal(CheckOutcome.Passed, (await RunAsync(new DatabaseCheck(Database))).Outcome);

    [Fact]
    public async Task Database_PageOverwritten_Fails()
    {
        OverwritePage();

        var finding = await RunAsync(new DatabaseCheck(Database));

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Contains("site.db", finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_NoDatabaseAtAll_Fails()
    {
        await File.WriteAllTextAsync(_site["text"], new string('x', 5000));
        var results = await new CheckRunner(TimeProvider.System).RunAsync([new DatabaseCheck(_site["text"]), new DatabaseCheck(_site["nothing"])], _site.Context(), new Progress<CheckResult>(), CancellationToken.None);

        Assert.All(results, result => Assert.Equal(CheckOutcome.Failed, result.Outcome));
    }

    [Fact]
    public async Task Ledger_Whole_Passes()
    {
        var finding = await RunAsync(new LedgerCheck(Database));

        Assert.Equal((CheckOutcome.Passed, "all 200 entries are signed and chained"), (finding.Outcome, finding.Found));
    }

    [Theory]
    [InlineData("DELETE FROM ledger WHERE number = 100", "entry 101: entry 100 is missing")]
    [InlineData("UPDATE ledger SET envelope = (SELECT envelope FROM ledger WHERE number = 99) WHERE number = 100", "entry 100: it is there twice")]
    [InlineData("UPDATE ledger SET payload = (SELECT payload FROM ledger WHERE number = 99) WHERE number = 100", "entry 100: its content is not what its digest says")]
    [InlineData("UPDATE ledger SET envelope = x'7b7d' WHERE number = 100", "entry 100: ")]
    public async Task Ledger_Changed_FailsAtTheEntry(string change, string expected)
    {
        Execute(change);

        var finding = await RunAsync(new LedgerCheck(Database));

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Contains(expected, finding.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_OfAnotherKey_Fails()
    {
        foreach (var file in Directory.GetFiles(_site.Configuration.IdentityDirectory))
        {
            File.Delete(file);
        }

        using var other = await LedgerKey.LoadAsync(_site.Configuration, CancellationToken.None);

        Assert.Contains("not signed by this site's key", (await RunAsync(new LedgerCheck(Database))).Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_EntriesWithoutSignature_Warn()
    {
        // As the ledger stores an entry while its key cannot sign: the payload in place of the envelope.
        Execute("UPDATE ledger SET unsigned = $payload, envelope = x'' WHERE number = 200", PayloadOf(200));

        Assert.Equal(CheckOutcome.Warned, (await RunAsync(new LedgerCheck(Database))).Outcome);

        Execute("UPDATE ledger SET unsigned = $payload WHERE number = 200", "{}"u8.ToArray());
        Assert.Equal(CheckOutcome.Failed, (await RunAsync(new LedgerCheck(Database))).Outcome);
    }

    [Fact]
    public async Task Ledger_NoKeyYet_Warns()
    {
        using var other = new CheckFixture();

        Assert.Equal(CheckOutcome.Warned, (await new LedgerCheck(Database).RunAsync(other.Context(), CancellationToken.None)).Outcome);
    }

    [Theory]
    [InlineData(50, 50, CheckOutcome.Passed)]
    [InlineData(10, 50, CheckOutcome.Warned)]
    [InlineData(50, 10, CheckOutcome.Warned)]
    [InlineData(4, 50, CheckOutcome.Failed)]
    [InlineData(50, 4, CheckOutcome.Failed)]
    public async Task Disk_ByItsFreeShares(int bytes, int inodes, CheckOutcome expected) =>
        Assert.Equal(expected, (await RunAsync(new DiskCheck(["/state"], _ => new DiskUsage(100, bytes, 100, inodes)))).Outcome);

    [Fact]
    public async Task Disk_TheWorstOfSeveral_IsNamed()
    {
        var finding = await RunAsync(new DiskCheck(["/a", "/b", "/none"], folder => folder == "/none" ? null : new DiskUsage(100, folder == "/a" ? 50 : 2, 0, 0)));

        Assert.Equal(CheckOutcome.Failed, finding.Outcome);
        Assert.Contains("'/b'", finding.Found, StringComparison.Ordinal);
        Assert.Equal(2, finding.Details.Count);
    }

    [Fact]
    public void DiskUsage_OfTheRealFolder_AgreesWithTheFramework()
    {
        var usage = DiskUsage.Of(_site["."])!;

        Assert.Equal(new DriveInfo(_site["."]).TotalSize, usage.Bytes);
        Assert.InRange(usage.FreeBytes, 1, usage.Bytes);
        Assert.Null(DiskUsage.Of(_site["nothing"]));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _site.Dispose();
    }

    private byte[] PayloadOf(long number)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT envelope FROM ledger WHERE number = $number";
        command.Parameters.AddWithValue("$number", number);
        Assert.True(DsseEnvelope.TryParse((byte[])command.ExecuteScalar()!, out var envelope, out _));
        return envelope.Payload.ToArray();
    }

    private void Execute(string sql, byte[]? payload = null)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Only the statements of this test come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$payload", (object?)payload ?? DBNull.Value);
        command.ExecuteNonQuery();
    }

    private void OverwritePage()
    {
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        using var file = new FileStream(Database, FileMode.Open, FileAccess.Write);
        file.Position = file.Length / 2 / PageSize * PageSize;
        file.Write(new byte[PageSize]);
    }

    private Task<CheckFinding> RunAsync(ISiteCheck check) => check.RunAsync(_site.Context(), CancellationToken.None);
}
