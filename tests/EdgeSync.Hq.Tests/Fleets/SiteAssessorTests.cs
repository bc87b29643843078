using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Tests.Support;
using EdgeSync.Testing;

namespace EdgeSync.Hq.Tests.Fleets;

public sealed class SiteAssessorTests : IAsyncLifetime
{
    private static readonly AcknowledgedRelease Shop = TestSite.Release("1.0.0");
    private readonly ManualTimeProvider _clock = new();
    private TestHq _hq = null!;
    private TestSite _site = null!;

    public async Task InitializeAsync()
    {
        _hq = await TestHq.CreateAsync(_clock);
        _site = _hq.Enrol("ships", "aurora");
    }

    public async Task DisposeAsync()
    {
        _site.Dispose();
        await _hq.DisposeAsync();
    }

    [Fact]
    public void Assess_NeverHeardFrom_IsUnheard() => Assert.Equal(Condition.Unheard, Assess().Condition);

    [Fact]
    public void Assess_HealthyAndProven_IsHealthy()
    {
        SendHealthyEntry();
        SendStatus(ChannelState.Healthy);

        Assert.Equal((Condition.Healthy, Freshness.Fresh), (Assess().Condition, Assess().Freshness));
    }

    [Fact]
    public void Assess_HealthyAndFrozen_IsFrozen()
    {
        SendHealthyEntry();

        _hq.Ingest(_site.Message(MessageKind.Status, _site.Status(Now, ChannelState.Healthy, Shop, frozenSince: Now.AddDays(-2)), Now));

        Assert.Equal(Condition.Frozen, Assess().Condition);
        Assert.Matches("^No fresh release since .* keeps running$", Assess().Explanation);
    }

    [Fact]
    public void Assess_FailedAndFrozen_IsFailed()
    {
        _hq.Ingest(_site.Message(MessageKind.Status, _site.Status(Now, ChannelState.Failed, Shop, frozenSince: Now), Now));

        Assert.Equal(Condition.Failed, Assess().Condition);
    }

    [Fact]
    public void Assess_HealthyStatusWithoutSignedEntry_IsDegraded()
    {
        SendStatus(ChannelState.Healthy);

        Assert.Equal(Condition.Degraded, Assess().Condition);
        Assert.Contains("no signed acknowledgement", Assess().Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Assess_StatusNamesAnotherBundleThanTheLedger_IsDegraded()
    {
        SendHealthyEntry();

        _hq.Ingest(_site.Message(MessageKind.Status, _site.Status(Now, ChannelState.Healthy, TestSite.Release("6.6.6")), Now));

        Assert.Equal(Condition.Degraded, Assess().Condition);
    }

    [Fact]
    public void Assess_DriftInLedgerAndHealthyStatus_IsHealthyOnlyAfterTheRepair()
    {
        SendHealthyEntry();
        SendStatus(ChannelState.Healthy);

        _hq.Ingest(_site.Message(MessageKind.Acknowledgement, _site.SignEntry(AcknowledgementEvent.Drifted, Now, Shop), Now));
        Assert.Equal(Condition.Degraded, Assess().Condition);

        _hq.Ingest(_site.Message(MessageKind.Acknowledgement, _site.SignEntry(AcknowledgementEvent.Repaired, Now, Shop), Now));
        Assert.Equal(Condition.Healthy, Assess().Condition);
    }

    [Theory]
    [InlineData(44, Freshness.Fresh, Condition.Healthy)]
    [InlineData(46, Freshness.Stale, Condition.Stale)]
    [InlineData((24 * 60) - 1, Freshness.Stale, Condition.Stale)]
    [InlineData((24 * 60) + 1, Freshness.Silent, Condition.Silent)]
    public void Assess_AgeOfTheLastMessage_IsComparedWithTheExpectedInterval(int minutes, Freshness freshness, Condition condition)
    {
        SendHealthyEntry();
        SendStatus(ChannelState.Healthy);

        _clock.Advance(TimeSpan.FromMinutes(minutes));

        Assert.Equal((freshness, condition), (Assess().Freshness, Assess().Condition));
    }

    [Fact]
    public void Assess_LongExpectedInterval_IsSilentAfterSixIntervals()
    {
        SendHealthyEntry();
        SendStatus(ChannelState.Healthy, everySeconds: 12 * 3600);

        _clock.Advance(TimeSpan.FromHours(71));
        Assert.Equal(Freshness.Stale, Assess().Freshness);

        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(Freshness.Silent, Assess().Freshness);
    }

    [Fact]
    public void Assess_OfflineForLongerThanOneInterval_IsStaleEarlier()
    {
        SendHealthyEntry();
        SendStatus(ChannelState.Healthy);
        _hq.Ingest(_site.Message(MessageKind.Presence, _site.Presence(Now, PresenceState.Offline), Now));

        _clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(Condition.Healthy, Assess().Condition);

        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(Condition.Stale, Assess().Condition);
    }

    [Theory]
    [InlineData(ChannelState.Progressing, Condition.Progressing)]
    [InlineData(ChannelState.Waiting, Condition.Progressing)]
    [InlineData(ChannelState.Empty, Condition.Progressing)]
    [InlineData(ChannelState.Degraded, Condition.Degraded)]
    [InlineData(ChannelState.Rejected, Condition.LastGood)]
    [InlineData(ChannelState.RolledBack, Condition.LastGood)]
    [InlineData(ChannelState.Failed, Condition.Failed)]
    public void Assess_FreshSite_HasTheConditionOfItsChannel(ChannelState state, Condition condition)
    {
        SendHealthyEntry();
        SendStatus(state);

        Assert.Equal(condition, Assess().Condition);
    }

    [Fact]
    public void Assess_RolledBack_NamesRunningAndFailedReleaseAndReason()
    {
        SendHealthyEntry();
        SendBack(ChannelState.RolledBack);

        Assert.Equal(
            (Condition.LastGood, $"shop 1.0.0 runs again; 2.0.0 ({TestSite.Release("2.0.0").Digest.ToShortString()}) failed here: web does not start"),
            (Assess().Condition, Assess().Explanation));
    }

    [Theory]
    [InlineData(ChannelState.RolledBack)]
    [InlineData(ChannelState.Rejected)]
    public void Assess_RunningReleaseWithoutProof_IsDegraded(ChannelState state)
    {
        SendBack(state);

        Assert.Equal(Condition.Degraded, Assess().Condition);
        Assert.Contains("no signed acknowledgement proves it healthy", Assess().Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Assess_RolledBackToReleaseThatFailedToo_IsDegraded()
    {
        SendHealthyEntry();
        _hq.Ingest(_site.Message(MessageKind.Acknowledgement, _site.SignEntry(AcknowledgementEvent.RolledBack, Now, Shop), Now));
        _hq.Ingest(_site.Message(MessageKind.Acknowledgement, _site.SignEntry(AcknowledgementEvent.Failed, Now, Shop), Now));
        SendBack(ChannelState.RolledBack);

        Assert.Equal(Condition.Degraded, Assess().Condition);
    }

    [Fact]
    public void Assess_FirstReleaseRefused_IsFailed()
    {
        _hq.Ingest(_site.Message(MessageKind.Status, _site.Status(Now, ChannelState.Rejected, running: null, message: "no signature"), Now));

        Assert.Equal((Condition.Failed, "no signature"), (Assess().Condition, Assess().Explanation));
    }

    [Fact]
    public void Assess_NotFresh_IsNeverHealthy()
    {
        foreach (var state in Enum.GetValues<ChannelState>())
        {
            foreach (var presence in Enum.GetValues<PresenceState>())
            {
                SendHealthyEntry();
                SendStatus(state);
                _hq.Ingest(_site.Message(MessageKind.Presence, _site.Presence(Now, presence), Now));
                _clock.Advance(TimeSpan.FromHours(1));

                Assert.NotEqual(Freshness.Fresh, Assess().Freshness);
                Assert.NotEqual(Condition.Healthy, Assess().Condition);
            }
        }
    }

    private DateTimeOffset Now => _clock.GetUtcNow();

    private Assessment Assess() => SiteAssessor.Assess(_hq.State(_site), Now);

    private void SendBack(ChannelState state) => _hq.Ingest(_site.Message(
        MessageKind.Status,
        _site.Status(Now, state, Shop, pending: TestSite.Release("2.0.0"), reason: "HealthFailed", message: "web does not start"),
        Now));

    private void SendHealthyEntry() => _hq.Ingest(_site.Message(MessageKind.Acknowledgement, _site.SignEntry(AcknowledgementEvent.Healthy, Now, Shop), Now));

    private void SendStatus(ChannelState state, int everySeconds = 900) =>
        _hq.Ingest(_site.Message(MessageKind.Status, _site.Status(Now, state, Shop, everySeconds: everySeconds), Now));
}
