using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Boards;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Tests.Support;
using EdgeSync.Testing;

namespace EdgeSync.Hq.Tests.Boards;

/// <summary>What the board says of a site, from messages as a site sends them.</summary>
public sealed class BoardAssessorTests : IAsyncLifetime
{
    private static readonly AcknowledgedRelease One = TestSite.Release("1.0.0");
    private readonly ManualTimeProvider _clock = new();
    private TestHq _hq = null!;
    private TestSite _site = null!;

    public async Task InitializeAsync()
    {
        _hq = await TestHq.CreateAsync(_clock);
        _site = _hq.Enrol("wing", "tail-1");
        Entry(_site.SignEntry(AcknowledgementEvent.Healthy, _hq.Now, One));
        Status();
    }

    public async Task DisposeAsync()
    {
        _site.Dispose();
        await _hq.DisposeAsync();
    }

    [Fact]
    public void Assess_NoPreflight_IsNotAsked() => Assert.Equal((BoardState.NotAsked, null), (Row().State, Row().Deadline));

    [Fact]
    public void Assess_SignedGo_IsGoUntilTheMissionEnds()
    {
        Entry(_site.SignPreflight(_site.Report(_hq.Now) with { Deadline = _hq.Now.AddMinutes(20), MissionEnds = _hq.Now.AddHours(2) }));

        Assert.Equal((BoardState.Go, _hq.Now.AddMinutes(20)), (Row().State, Row().Deadline));
        Pass(TimeSpan.FromMinutes(119));
        Assert.Equal(BoardState.Go, Row().State);
        Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(BoardState.NotAsked, Row().State);
    }

    [Fact]
    public void Assess_GoWithoutMission_CountsForTwelveHours()
    {
        Entry(_site.SignPreflight(_site.Report(_hq.Now)));

        Pass(TimeSpan.FromHours(11.9));
        Assert.Equal(BoardState.Go, Row().State);
        Pass(TimeSpan.FromHours(0.2));
        Assert.Equal(BoardState.NotAsked, Row().State);
    }

    [Fact]
    public void Assess_SignedNoGo_HasItsReasons()
    {
        Entry(_site.SignPreflight(_site.Report(_hq.Now, "pods: shop/web crashes", "clock: it is wrong")));

        Assert.Equal(BoardState.NoGo, Row().State);
        Assert.Equal(["pods: shop/web crashes", "clock: it is wrong"], Row().Remarks);
    }

    [Theory]
    [InlineData(AcknowledgementEvent.Drifted, BoardState.Doubtful)]
    [InlineData(AcknowledgementEvent.Activating, BoardState.Doubtful)]
    [InlineData(AcknowledgementEvent.Received, BoardState.Go)]
    [InlineData(AcknowledgementEvent.Waiting, BoardState.Go)]
    public void Assess_GoAndThenAnEvent_IsInDoubtWhereTheSiteHasChanged(AcknowledgementEvent happened, BoardState expected)
    {
        Entry(_site.SignPreflight(_site.Report(_hq.Now)));
        Entry(_site.SignEntry(happened, _hq.Now, One));

        Assert.Equal(expected, Row().State);
        Assert.Equal(expected == BoardState.Doubtful, Row().Remarks.Any(remark => remark.StartsWith("changed since: stable", StringComparison.Ordinal)));
    }

    [Fact]
    public void Assess_GoOfASiteThatIsNotWellNow_IsInDoubt()
    {
        Entry(_site.SignPreflight(_site.Report(_hq.Now)));
        Status(ChannelState.Degraded);

        Assert.Equal(BoardState.Doubtful, Row().State);
    }

    [Fact]
    public void Assess_GoOfASiteThatIsOutOfReach_StaysGo()
    {
        Entry(_site.SignPreflight(_site.Report(_hq.Now) with { MissionEnds = _hq.Now.AddHours(40) }));

        Pass(TimeSpan.FromHours(30));

        Assert.Equal((BoardState.Go, Freshness.Silent), (Row().State, Row().Fleet.Assessment.Freshness));
    }

    [Theory]
    [InlineData(PreflightPhase.Reload, BoardState.Running)]
    [InlineData(PreflightPhase.Checks, BoardState.Running)]
    [InlineData(PreflightPhase.Done, BoardState.NotAsked)]
    public void Assess_StatusOfARunningPreflight_IsRunningWithDeadlineAndStage(PreflightPhase phase, BoardState expected)
    {
        var until = _hq.Now.AddMinutes(9);
        Status(ChannelState.Progressing, PipelineStage.Fetch, status => status with { Preflight = new PreflightStatus("ann", _hq.Now, phase) { Deadline = until } });

        Assert.Equal(expected, Row().State);
        Assert.Equal(expected == BoardState.Running ? until : null, Row().Deadline);
        Assert.Equal(new BoardStage("stable", "fetch"), Assert.Single(Row().Stages));
    }

    [Fact]
    public void Assess_RunningBySiteThatIsSilentNow_IsNotRunning()
    {
        Status(ChannelState.Progressing, PipelineStage.Fetch, status => status with { Preflight = new PreflightStatus("ann", _hq.Now, PreflightPhase.Reload) });
        Pass(TimeSpan.FromDays(2));

        Assert.Equal(BoardState.NotAsked, Row().State);
    }

    [Fact]
    public void Assess_AskedByHq_IsAskedThenWithoutAnswer()
    {
        Ask();
        Assert.Equal((BoardState.Asked, _hq.Now.AddHours(1)), (Row().State, Row().Deadline));

        Pass(PreflightAsker.Lifetime);
        Assert.Equal(BoardState.NoAnswer, Row().State);
    }

    [Fact]
    public void Assess_SiteRefuses_IsRefusedWithItsWords()
    {
        Ask();
        Reply(new PreflightReply("request", _hq.Now, "PreflightNotAllowed", "this site does not let HQ ask"));

        Assert.Equal(BoardState.Refused, Row().State);
        Assert.Equal(["refused olga's request: this site does not let HQ ask"], Row().Remarks);
    }

    [Fact]
    public void Assess_ReplyToAnEarlierRequest_IsNoAnswer()
    {
        Ask();
        Reply(new PreflightReply("earlier", _hq.Now, "PreflightNotAllowed", "no"));

        Assert.Equal(BoardState.Asked, Row().State);
    }

    [Fact]
    public void Assess_SiteMakesIt_IsRunningUntilTheReportComes()
    {
        Ask();
        Reply(new PreflightReply("request", _hq.Now), new PreflightStatus("olga at HQ", _hq.Now, PreflightPhase.Done) { Verdict = PreflightVerdict.Go });
        Assert.Equal(BoardState.Running, Row().State);
        Assert.Empty(Row().Remarks);

        Entry(_site.SignPreflight(_site.Report(_hq.Now)));
        Assert.Equal(BoardState.Go, Row().State);
    }

    [Fact]
    public void Assess_PreflightBreaksOff_HasNoAnswerAndSaysSo()
    {
        Ask();
        Reply(new PreflightReply("request", _hq.Now), new PreflightStatus("olga at HQ", _hq.Now, PreflightPhase.Done));
        Pass(PreflightAsker.Lifetime);

        Assert.Equal(BoardState.NoAnswer, Row().State);
        Assert.Equal(["the preflight that olga asked for broke off"], Row().Remarks);
    }

    [Fact]
    public void Assess_RefusalWhileAGoCounts_KeepsTheGoAndShowsTheRefusal()
    {
        Entry(_site.SignPreflight(_site.Report(_hq.Now)));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Ask();
        Reply(new PreflightReply("request", _hq.Now, "PreflightTooSoon", "too soon"));

        Assert.Equal(BoardState.Go, Row().State);
        Assert.Equal(["refused olga's request: too soon"], Row().Remarks);
    }

    [Fact]
    public async Task Assess_AfterARestartOfHq_SaysTheSame()
    {
        Entry(_site.SignPreflight(_site.Report(_hq.Now, "clock: it is wrong") with { Deadline = _hq.Now.AddMinutes(5) }));
        Ask();
        var before = Row();

        await _hq.ReopenAsync();

        var after = Row();
        Assert.Equal((before.State, before.Deadline), (after.State, after.Deadline));
        Assert.Equal(before.Remarks, after.Remarks);
        Assert.Equal(before.Site.PreflightAsk, after.Site.PreflightAsk);
    }

    [Theory]
    [InlineData(-10, true, false)]
    [InlineData(10, true, true)]
    public void Releases_Active_AreInTimeOrLateByTheLedger(int minutesAfterDeadline, bool isActive, bool isLate)
    {
        var two = TestSite.Release("2.0.0", 2) with { Deadline = _hq.Now.AddHours(1) };
        Entry(_site.SignEntry(AcknowledgementEvent.Healthy, two.Deadline.Value.AddMinutes(minutesAfterDeadline), two));
        Status(running: two);

        var release = Assert.Single(Row().Releases);
        Assert.Equal((isActive, isLate, two.Deadline.Value.AddMinutes(minutesAfterDeadline)), (release.IsActive, release.IsLate(_hq.Now), release.ActiveAt!.Value));
    }

    [Fact]
    public void Releases_Pending_AreLateAfterTheDeadlineAndCounted()
    {
        var two = TestSite.Release("2.0.0", 2) with { Deadline = _hq.Now.AddMinutes(30) };
        Status(ChannelState.Progressing, PipelineStage.Apply, pending: two);
        Assert.Equal(new ReleaseCounts(0, 1, 0, two.Deadline), Page().Releases);

        Pass(TimeSpan.FromMinutes(31));
        Assert.Equal(new ReleaseCounts(0, 0, 1, null), Page().Releases);
    }

    private BoardPage Page() => BoardPage.Of(_hq.Fleet.Snapshot(), new BoardQuery(), _hq.Now);

    private BoardRow Row() => Assert.Single(Page().Rows);

    private void Pass(TimeSpan time) => _clock.Advance(time);

    private void Entry(byte[] entry) => Assert.Empty(_hq.Ingest(_site.Message(MessageKind.Acknowledgement, entry, _hq.Now)).Evidence);

    private void Status(
        ChannelState state = ChannelState.Healthy, PipelineStage? stage = null, Func<SiteStatus, SiteStatus>? more = null, AcknowledgedRelease? running = null, AcknowledgedRelease? pending = null) =>
        Assert.Empty(_hq.Ingest(_site.Message(MessageKind.Status, _site.Status(_hq.Now, state, running ?? One, stage: stage, pending: pending, more: more), _hq.Now)).Evidence);

    private void Reply(PreflightReply reply, PreflightStatus? preflight = null) => Status(more: status => status with { PreflightReply = reply, Preflight = preflight });

    // As HQ stores it after the broker has taken the question.
    private void Ask()
    {
        var ask = new PreflightAsk("request", _hq.Now, "olga", _hq.Now + PreflightAsker.Lifetime, new PreflightTerms(_hq.Now.AddHours(1), 12));
        _hq.Get<EdgeSync.Hq.Storage.PreflightStore>().Ask([(_hq.State(_site).Id, ask)]);
        _hq.Fleet.Replace([_hq.State(_site) with { PreflightAsk = ask }]);
    }
}
