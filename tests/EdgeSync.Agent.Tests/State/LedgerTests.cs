using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Keys.Hardware;
using EdgeSync.Signing.Ledger;
using EdgeSync.Sqlite;
using EdgeSync.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Agent.Tests.State;

public sealed class LedgerTests : IDisposable
{
    private static readonly AcknowledgedRelease Release = new("stable", 7, Digest.Of("bundle"u8), "shop", "1.0.0");

    private readonly TempDirectory _folder = new();
    private readonly SigningKey _key = SigningKey.Create("ledger");
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Commit_SeveralAcknowledgements_ChainsAndSignsThem()
    {
        var (store, ledger) = Open();

        store.Commit(Record(), Draft(AcknowledgementEvent.Received), Draft(AcknowledgementEvent.Staged));
        store.Commit(Record(), Draft(AcknowledgementEvent.Healthy));

        LedgerHead? head = null;
        foreach (var entry in ledger.Read(1, 10))
        {
            var verdict = AcknowledgementVerifier.Verify(entry.Envelope, new LedgerExpectation("retail", "store-1", _key.PublicKey, head));
            head = Assert.IsType<LedgerVerdict.Valid>(verdict).Head;
        }

        Assert.Equal(3, head?.Number);
        Assert.Equal(3, ledger.Number);
    }

    [Fact]
    public void Commit_LongMessageAndDetails_AreTakenByHq()
    {
        var (store, ledger) = Open();
        string[] details = ["log of pod shop/web-1, container web:", .. Enumerable.Repeat("  cannot open the database", 250)];

        store.Commit(Record(), Draft(AcknowledgementEvent.Failed) with { Message = new string('x', 10_000), Details = details });

        var entry = Assert.IsType<LedgerVerdict.Valid>(Verify(ledger.Read(1, 1)[0], head: null)).Entry;
        Assert.Equal(details, entry.Details);
        Assert.Equal(4096, entry.Message?.Length);
    }

    [Fact]
    public void Commit_NoDetails_WritesNoMemberForThem()
    {
        var (store, ledger) = Open();

        store.Commit(Record(), Draft(AcknowledgementEvent.Healthy));

        Assert.True(Signing.Envelopes.DsseEnvelope.TryParse(ledger.Read(1, 1)[0].Envelope, out var envelope, out _));
        Assert.DoesNotContain("details", System.Text.Encoding.UTF8.GetString(envelope.Payload.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Ledger_OpenedAgain_GoesOnWithTheChain()
    {
        var (first, _) = Open();
        first.Commit(Record(), Draft(AcknowledgementEvent.Received));

        var (second, ledger) = Open();
        second.Commit(Record(), Draft(AcknowledgementEvent.Staged));

        var entries = ledger.Read(1, 10);
        var one = Assert.IsType<LedgerVerdict.Valid>(Verify(entries[0], head: null));
        var two = Assert.IsType<LedgerVerdict.Valid>(Verify(entries[1], one.Head));
        Assert.Equal(AcknowledgementEvent.Staged, two.Entry.Event);
    }

    [Fact]
    public void Ledger_OpenedWithAnotherKey_BeginsAnewAndKeepsTheOldOneAsHistory()
    {
        var (first, old) = Open();
        first.Commit(Record(), Draft(AcknowledgementEvent.Received), Draft(AcknowledgementEvent.Staged));
        old.Confirm(2);
        using var other = SigningKey.Create("other");

        var (second, ledger) = Open(other);
        Assert.Equal((0, 0), (ledger.Number, ledger.Confirmed));
        second.Commit(Record(), Draft(AcknowledgementEvent.Healthy));
        var (third, again) = Open(other);
        third.Commit(Record(), Draft(AcknowledgementEvent.Failed));

        var entries = again.Read(1, 10);
        var one = AcknowledgementVerifier.Verify(entries[0].Envelope, new LedgerExpectation("retail", "store-1", other.PublicKey, null));
        var two = AcknowledgementVerifier.Verify(
            entries[1].Envelope, new LedgerExpectation("retail", "store-1", other.PublicKey, Assert.IsType<LedgerVerdict.Valid>(one).Head));
        Assert.Equal(2, Assert.IsType<LedgerVerdict.Valid>(two).Head.Number);
        using var connection = SqliteDatabase.Open(_folder["site.db"], SiteSchema.Steps).Connect();
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM old_ledgers WHERE key = $key";
        count.Parameters.AddWithValue("$key", _key.PublicKey.Id.ToString());
        Assert.Equal(2L, count.ExecuteScalar());
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(9, 0)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    public void Confirm_Number_MovesForwardWithinTheLedgerOnly(long confirmed, long expected)
    {
        var (store, ledger) = Open();
        store.Commit(Record(), Draft(AcknowledgementEvent.Received), Draft(AcknowledgementEvent.Staged), Draft(AcknowledgementEvent.Healthy));

        ledger.Confirm(confirmed);

        Assert.Equal(expected, ledger.Confirmed);
        Assert.Equal(expected, Open().Ledger.Confirmed);
    }

    [Fact]
    public void Confirm_LowerThanBefore_ChangesNothing()
    {
        var (store, ledger) = Open();
        store.Commit(Record(), Draft(AcknowledgementEvent.Received), Draft(AcknowledgementEvent.Staged));
        ledger.Confirm(2);

        ledger.Confirm(1);

        Assert.Equal(2, ledger.Confirmed);
    }

    [Fact]
    public void Commit_WhoseAcknowledgementCannotBeWritten_LeavesTheRecordToo()
    {
        var (store, _) = Open();
        store.Commit(Record() with { Progress = TargetProgress.Received }, Draft(AcknowledgementEvent.Received));
        _key.Dispose();

        Assert.ThrowsAny<Exception>(() => store.Commit(Record() with { Progress = TargetProgress.Staged }, Draft(AcknowledgementEvent.Staged)));

        Assert.Equal(TargetProgress.Received, store.Load("stable").Progress);
    }

    [Fact]
    public void Load_CommittedRecord_ReturnsItWhole()
    {
        var (store, _) = Open();
        var record = Record() with
        {
            SeenArtifact = Digest.Of("artifact"u8),
            HighestSeen = new Signing.Releases.SeenRelease(7, Digest.Of("payload"u8)),
            Target = new ReleaseCopy(Release, Digest.Of("payload"u8), [1, 2, 3]),
            Progress = TargetProgress.RollingBack,
            Quarantined = [new Quarantine(Release.Digest, 7, "HealthFailed", "it crashes")],
            Refused = new Refusal(Release.Digest, "SignatureMissing", "no signature", "sign it", Release),
            Failure = new Failure("HealthFailed", "it crashes") { Details = ["  a line"], Lasting = "a rollback does not undo Job shop/migrate (started)" },
            Since = _time.GetUtcNow(),
        };

        store.Commit(record);
        var loaded = Open().Store.Load("stable");

        Assert.Equal(record.HighestSeen, loaded.HighestSeen);
        Assert.Equal(record.Refused, loaded.Refused);
        Assert.Equal(record.Quarantined, loaded.Quarantined);
        Assert.Equal(record.Progress, loaded.Progress);
        Assert.Equal(record.Failure.Details, loaded.Failure!.Details);
        Assert.Equal(record.Failure.Lasting, loaded.Failure.Lasting);
        Assert.Equal(record.Target!.Summary, loaded.Target!.Summary);
        Assert.Equal(record.Target.Envelope, loaded.Target.Envelope);
        Assert.Equal(record.Since, loaded.Since);
    }

    [Fact]
    public void Commit_KeyThatCannotSign_IsKeptInItsPlaceAndSignedLater()
    {
        var (store, ledger) = Open();
        store.Commit(Record(), Draft(AcknowledgementEvent.Received));
        using var away = SigningKey.InHardware(NowhereAddress(), _key.PublicKey);
        var (lateStore, late) = Open(away);

        lateStore.Commit(Record() with { Progress = TargetProgress.Staged }, Draft(AcknowledgementEvent.Staged), Draft(AcknowledgementEvent.Activating));

        Assert.Equal((TargetProgress.Staged, 3), (lateStore.Load("stable").Progress, late.Number));
        Assert.Equal(1, Assert.Single(late.Read(1, 10)).Number);
        Assert.Empty(late.Read(2, 10));
        Assert.Equal(ReasonCodes.LedgerNotSigned, late.Notice?.Reason);
        Assert.False(late.SignWaiting());

        // The key is back, and at first only the ledger knows that there is something to do: what is new waits behind what is old.
        (store, ledger) = Open();
        store.Commit(Record(), Draft(AcknowledgementEvent.Healthy));
        Assert.Single(ledger.Read(1, 10));
        var told = 0;
        ledger.Changed += () => told++;

        Assert.True(ledger.SignWaiting());

        LedgerHead? head = null;
        var events = new List<AcknowledgementEvent>();
        foreach (var entry in ledger.Read(1, 10))
        {
            var valid = Assert.IsType<LedgerVerdict.Valid>(Verify(entry, head));
            events.Add(valid.Entry.Event);
            head = valid.Head;
        }

        Assert.Equal([AcknowledgementEvent.Received, AcknowledgementEvent.Staged, AcknowledgementEvent.Activating, AcknowledgementEvent.Healthy], events);
        Assert.Equal((1, null), (told, ledger.Notice));
        Assert.True(ledger.SignWaiting());
        Assert.Equal(1, told);
    }

    [Fact]
    public void SignWaiting_KeyStillAway_TellsOnceAndKeepsTheBytes()
    {
        using var away = SigningKey.InHardware(NowhereAddress(), _key.PublicKey);
        var (store, ledger) = Open(away);
        var told = 0;
        ledger.Changed += () => told++;
        store.Commit(Record(), Draft(AcknowledgementEvent.Received));

        Assert.False(ledger.SignWaiting());
        Assert.False(Open(away).Ledger.SignWaiting());

        Assert.Equal(1, told);
        Assert.Empty(ledger.Read(1, 10));
        Assert.NotNull(ledger.Notice);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _key.Dispose();
        _folder.Dispose();
    }

    // No machine has a key there, whether or not it has a TPM and OpenSSL's provider for it.
    private static HardwareKeyAddress NowhereAddress() =>
        HardwareKeyAddress.TryParse("tpm2:handle:0x81FFFFFE", out var address, out _) ? address : throw new InvalidOperationException();

    private (SiteStore Store, Ledger Ledger) Open(SigningKey? key = null)
    {
        var database = SqliteDatabase.Open(_folder["site.db"], SiteSchema.Steps);
        var clock = new SiteClock(_time, _time.GetUtcNow());
        var site = new SiteProfile("retail", "store-1", new Dictionary<string, string>(), "0.1.0");
        var ledger = new Ledger(database, site, key ?? _key, clock);
        var memory = RollbackGuard.Open(_folder["memory.json"], NullLogger<RollbackGuard>.Instance);
        return (new SiteStore(database, ledger, memory, clock), ledger);
    }

    private LedgerVerdict Verify(LedgerEntry entry, LedgerHead? head) =>
        AcknowledgementVerifier.Verify(entry.Envelope, new LedgerExpectation("retail", "store-1", _key.PublicKey, head));

    private static ChannelRecord Record() => new() { Channel = "stable" };

    private static AcknowledgementDraft Draft(AcknowledgementEvent happened) => new(happened, Release);
}
