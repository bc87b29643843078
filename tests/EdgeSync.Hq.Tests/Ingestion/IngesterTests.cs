using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Storage;
using EdgeSync.Hq.Tests.Support;
using EdgeSync.Signing.Keys;
using EdgeSync.Testing;

namespace EdgeSync.Hq.Tests.Ingestion;

public sealed class IngesterTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new();
    private TestHq _hq = null!;
    private TestSite _site = null!;

    public async Task InitializeAsync()
    {
        _hq = await TestHq.CreateAsync(_clock);
        _site = _hq.Enrol("stores", "store-1");
    }

    public async Task DisposeAsync()
    {
        _site.Dispose();
        await _hq.DisposeAsync();
    }

    [Fact]
    public void Ingest_EntriesInOrder_AreStoredAndConfirmed()
    {
        var plan = Send(_site.SignEntry(AcknowledgementEvent.Received, Now, TestSite.Release("1.0.0")), _site.SignEntry(AcknowledgementEvent.Healthy, Now, TestSite.Release("1.0.0")));

        Assert.Equal([_site.Key], plan.ToConfirm);
        Assert.Empty(plan.Evidence);
        Assert.Equal(_site.Head, _hq.State(_site).Head);
        Assert.Equal([2, 1], History().Select(e => e.Position.Number));
        Assert.Equal(AcknowledgementEvent.Healthy, History()[0].Entry.Event);
    }

    [Fact]
    public void Ingest_Gap_RequestsMissingEntriesAndStoresNoneAfterIt()
    {
        Send(_site.SignEntry(AcknowledgementEvent.Received, Now));
        var second = _site.SignEntry(AcknowledgementEvent.Staged, Now);
        var third = _site.SignEntry(AcknowledgementEvent.Healthy, Now, TestSite.Release("1.0.0"));

        var ahead = Send(third);

        Assert.Equal(new SiteCommand(CommandKind.ResendFrom, 2), ahead.Commands[_site.Key]);
        Assert.Equal(1, _hq.State(_site).Head!.Number);
        Assert.Equal(3, _hq.State(_site).GapFoundAt);

        var filled = Send(second, third);

        Assert.Equal(3, _hq.State(_site).Head!.Number);
        Assert.Null(_hq.State(_site).GapFoundAt);
        Assert.Empty(filled.Commands);
    }

    [Fact]
    public void Ingest_ManyEntriesAfterAGap_RequestsOnce()
    {
        _site.SignEntry(AcknowledgementEvent.Received, Now);
        var rest = Enumerable.Range(0, 20).Select(_ => _site.SignEntry(AcknowledgementEvent.Staged, Now)).ToList();

        var asked = rest.Count(e => Send(e).Commands.Count > 0);
        _clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(1, asked);
        Assert.Single(Send(rest[0]).Commands);
    }

    [Fact]
    public void Ingest_Duplicate_IsConfirmedAgainWithoutAlert()
    {
        var first = _site.SignEntry(AcknowledgementEvent.Received, Now);
        Send(first, _site.SignEntry(AcknowledgementEvent.Healthy, Now));

        var plan = Send(first);

        Assert.Equal([_site.Key], plan.ToConfirm);
        Assert.Empty(plan.Evidence);
        Assert.Equal(1, _hq.State(_site).Duplicates);
        Assert.Equal(2, History().Count);
    }

    [Fact]
    public void Ingest_EntrySignedByAnotherKey_IsEvidenceAndNotStored()
    {
        using var stranger = SigningKey.Create("stranger");

        var plan = Send(_site.Forge(stranger, null, Now));

        Assert.Equal(EvidenceKind.WrongKey, Assert.Single(plan.Evidence).Kind);
        Assert.Empty(plan.ToConfirm);
        Assert.Null(_hq.State(_site).Head);
        Assert.Empty(History());
        Assert.Equal(1, _hq.State(_site).OpenEvidence);
        Assert.Equal(Condition.Suspect, SiteAssessor.Assess(_hq.State(_site), Now).Condition);
    }

    [Fact]
    public void Ingest_EntryOfAnotherSite_IsEvidence()
    {
        using var other = _hq.Enrol("stores", "store-2");
        var stolen = other.SignEntry(AcknowledgementEvent.Healthy, Now);

        // The other site signed the entry with its own key, and it arrives on the topic of this site.
        var plan = Send(stolen);

        Assert.Equal(EvidenceKind.WrongKey, Assert.Single(plan.Evidence).Kind);
        Assert.Null(_hq.State(_site).Head);
    }

    [Fact]
    public void Ingest_EntryForAnotherSiteSignedByOwnKey_IsEvidence()
    {
        using var other = new TestSite("stores", "store-9");

        var plan = Send(other.Forge(_site.LedgerKey, null, Now));

        Assert.Equal(EvidenceKind.WrongSite, Assert.Single(plan.Evidence).Kind);
    }

    [Fact]
    public void Ingest_RewrittenLedger_IsEvidenceAndKeepsStoredEntries()
    {
        Send(_site.SignEntry(AcknowledgementEvent.Received, Now), _site.SignEntry(AcknowledgementEvent.Healthy, Now));
        var truth = _site.Head;
        var afterOtherFirst = new EdgeSync.Signing.Ledger.LedgerHead(2, TestSite.DigestOf("another second"));

        var plan = Send(_site.Forge(_site.LedgerKey, afterOtherFirst, Now));

        Assert.Equal(EvidenceKind.ChainBroken, Assert.Single(plan.Evidence).Kind);
        Assert.Equal(truth, _hq.State(_site).Head);
    }

    [Fact]
    public void Ingest_StoredNumberWithDifferentContent_IsEquivocation()
    {
        Send(_site.SignEntry(AcknowledgementEvent.Received, Now), _site.SignEntry(AcknowledgementEvent.Staged, Now), _site.SignEntry(AcknowledgementEvent.Healthy, Now));

        var plan = Send(_site.Forge(_site.LedgerKey, null, Now, "another first"));

        var evidence = Assert.Single(plan.Evidence);
        Assert.Equal((EvidenceKind.Equivocation, 1L), (evidence.Kind, evidence.Number));
    }

    [Fact]
    public void Ingest_UnknownSite_IsEvidenceAndAskedToRenew()
    {
        using var stranger = new TestSite("stores", "never-enrolled");
        var message = stranger.Message(MessageKind.Acknowledgement, stranger.SignEntry(AcknowledgementEvent.Healthy, Now), Now);

        var plan = _hq.Ingest(message);

        Assert.Equal(new SiteCommand(CommandKind.RenewCertificate), plan.Commands[stranger.Key]);
        Assert.Empty(_hq.Ingest(message).Commands);
        Assert.Equal(EvidenceKind.UnknownSite, Assert.Single(plan.Evidence).Kind);
        Assert.False(_hq.Fleet.TryGet(stranger.Key, out _));
        Assert.Single(_hq.Get<EvidenceStore>().List(null, openOnly: true, 10));
    }

    [Fact]
    public void Ingest_RepeatedForgery_IsCountedInOneRow()
    {
        using var stranger = SigningKey.Create("stranger");
        var forged = _site.Forge(stranger, null, Now);

        for (var i = 0; i < 50; i++)
        {
            Send(forged);
        }

        Assert.Equal(50, Assert.Single(_hq.Get<EvidenceStore>().List(_site.Key, openOnly: true, 10)).Count);
    }

    [Fact]
    public void Ingest_ManyDifferentForgeries_StoresABoundedNumber()
    {
        var flood = Enumerable.Range(0, 300).Select(i => _site.Message(MessageKind.Acknowledgement, [(byte)'{', (byte)i, (byte)(i >> 8)], Now)).ToArray();

        _hq.Ingest(flood);

        var rows = _hq.Get<EvidenceStore>().List(_site.Key, openOnly: true, 1000);
        Assert.Equal(100, rows.Count);
        Assert.Equal(300, rows.Sum(r => r.Count));
    }

    [Fact]
    public async Task Ingest_AfterRestart_ContinuesFromTheDatabase()
    {
        Send(_site.SignEntry(AcknowledgementEvent.Received, Now, TestSite.Release("1.0.0")), _site.SignEntry(AcknowledgementEvent.Healthy, Now, TestSite.Release("1.0.0")));
        _hq.Ingest(_site.Message(MessageKind.Status, _site.Status(Now, ChannelState.Healthy, TestSite.Release("1.0.0")), Now));
        var before = _hq.State(_site);

        await _hq.ReopenAsync();

        var after = _hq.State(_site);
        Assert.Equal((before.Head, before.LastHeardAt, before.StatusEventId), (after.Head, after.LastHeardAt, after.StatusEventId));
        Assert.Equal(Condition.Healthy, SiteAssessor.Assess(after, Now).Condition);
        Assert.Empty(Send(_site.SignEntry(AcknowledgementEvent.Drifted, Now)).Evidence);
        Assert.Equal(3, _hq.State(_site).Head!.Number);
    }

    [Fact]
    public void Ingest_StatusAheadOfLedger_RequestsMissingEntries()
    {
        _site.SignEntry(AcknowledgementEvent.Received, Now);
        _site.SignEntry(AcknowledgementEvent.Healthy, Now);

        var plan = _hq.Ingest(_site.Message(MessageKind.Status, _site.Status(Now, ChannelState.Healthy, TestSite.Release("1.0.0")), Now));

        Assert.Equal(new SiteCommand(CommandKind.ResendFrom, 1), plan.Commands[_site.Key]);
    }

    // The backup is restored seconds after it was made. The status that the site sent meanwhile is the only message before its next report.
    [Fact]
    public async Task Ingest_StatusAheadOfJustRestoredDatabase_RequestsMissingEntriesAtOnce()
    {
        Send(_site.SignEntry(AcknowledgementEvent.Received, Now));
        _site.SignEntry(AcknowledgementEvent.Healthy, Now);
        await _hq.ReopenAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));

        var plan = _hq.Ingest(_site.Message(MessageKind.Status, _site.Status(Now, ChannelState.Healthy, TestSite.Release("1.0.0")), Now));

        Assert.Equal(new SiteCommand(CommandKind.ResendFrom, 2), plan.Commands[_site.Key]);
    }

    [Fact]
    public void Ingest_StatusOfAnotherSite_IsEvidence()
    {
        using var other = new TestSite("stores", "store-9");

        var plan = _hq.Ingest(_site.Message(MessageKind.Status, other.Status(Now, ChannelState.Healthy, null), Now));

        Assert.Equal(EvidenceKind.Malformed, Assert.Single(plan.Evidence).Kind);
        Assert.Null(_hq.State(_site).Status);
    }

    [Fact]
    public void Ingest_OldRetainedStatus_DoesNotMakeTheSiteFresh()
    {
        var longAgo = Now;
        var status = _site.Status(longAgo, ChannelState.Healthy, TestSite.Release("1.0.0"));
        _clock.Advance(TimeSpan.FromDays(8));

        _hq.Ingest(_site.Message(MessageKind.Status, status, Now, replayed: true));

        Assert.Equal(longAgo, _hq.State(_site).LastHeardAt);
        Assert.Equal(Freshness.Silent, SiteAssessor.AssessFreshness(_hq.State(_site), Now));
    }

    [Fact]
    public void Ingest_LastWill_DoesNotCountAsMessageOfTheSite()
    {
        _hq.Ingest(_site.Message(MessageKind.Presence, _site.Presence(Now, PresenceState.Online), Now));
        var heard = Now;
        _clock.Advance(TimeSpan.FromMinutes(5));

        _hq.Ingest(_site.Message(MessageKind.Presence, _site.Presence(heard, PresenceState.Offline), Now));

        Assert.Equal(heard, _hq.State(_site).LastHeardAt);
        Assert.Equal((PresenceState.Offline, Now), (_hq.State(_site).Presence!.Value, _hq.State(_site).PresenceAt!.Value));
    }

    [Fact]
    public void Ingest_RandomlyDamagedMessages_NeverThrowsOrStoresChangedContent()
    {
        const int Seed = 20261121;
        var random = new Random(Seed);
        byte[][] originals =
        [
            _site.Forge(_site.LedgerKey, null, Now),
            _site.Status(Now, ChannelState.Healthy, TestSite.Release("1.0.0")),
            _site.Presence(Now, PresenceState.Online),
        ];

        for (var round = 0; round < 3000; round++)
        {
            var which = random.Next(originals.Length);
            var damaged = Damage(originals[which], random);
            var kind = (MessageKind)random.Next(3);
            var plan = NewPlanner().Plan([_site.Message(kind, damaged, Now)]);

            // Damage outside the signed bytes (a space between members) is harmless. Damaged signed bytes must be refused.
            Assert.All(plan.Entries, e => Assert.Equal("forged", e.Entry.Message));
        }
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        var copy = original.ToList();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            var at = random.Next(copy.Count);
            switch (random.Next(4))
            {
                case 0: copy[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: copy.RemoveRange(at, Math.Min(random.Next(1, 20), copy.Count - at - 1)); break;
                case 2: copy.Insert(at, "{}[]\",:0\\u\0n"u8[random.Next(12)]); break;
                default: copy[at] = (byte)random.Next(256); break;
            }
        }

        return [.. copy];
    }

    private IngestPlanner NewPlanner() => new(_hq.Fleet, _hq.Get<FleetStore>().FindPayload, new ResendThrottle());

    private DateTimeOffset Now => _clock.GetUtcNow();

    private IngestPlan Send(params byte[][] entries) => _hq.Ingest([.. entries.Select(e => _site.Message(MessageKind.Acknowledgement, e, Now))]);

    private IReadOnlyList<LedgerEntry> History() => _hq.Get<LedgerStore>().List(_hq.State(_site).Id, null, 100);
}
