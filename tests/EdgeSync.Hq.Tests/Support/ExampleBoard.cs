using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;

namespace EdgeSync.Hq.Tests.Support;

/// <summary>Twelve aircraft before a mission: most are GO, some are not, one refuses. HQ must be connected to its broker.</summary>
internal sealed class ExampleBoard(TestHq hq) : IDisposable
{
    public const string Selector = "squadron=7";
    public const string Path = "/board?selector=squadron%3D7";
    private static readonly CheckResult[] Passed =
    [
        Check("agent", "agent 0.1.0 runs", "Without a running agent nobody repairs drift and nothing new comes."),
        Check("clock", "the clock says the time, and nothing shows that it is wrong", "Certificates and deadlines are judged by it."),
        Check("kubernetes", "the API server answers, v1.31.4", "Without it nothing is applied or repaired."),
        Check("node", "node tail-403 is ready, with disk, memory and process ids", "Pods run nowhere else."),
        Check("runtime", "containerd 1.7.23 answers at '/run/k3s/containerd/containerd.sock'", "Without the container runtime no image is staged and no pod starts."),
        Check("mirror", "the mirror answers at 127.0.0.1:5000", "The container runtime pulls from it when there is no link."),
        Check("disk", "there is room on every disk", "k3s evicts pods when a disk is full."),
        Check("database", "'/var/lib/edgesync/site.db' is whole", "The site's memory is in it."),
        Check("ledger", "all 212 entries are signed and chained", "HQ takes no entry after one that is damaged."),
        Check("channels", "the 2 channels are healthy on their newest releases", "The mission needs what was released."),
        Check("drift", "the cluster is what the releases say", "Somebody may have changed it by hand."),
        Check("images", "31 images of 2 bundles are in the cache, and the container runtime knows them", "A pod that starts again finds its image without a link."),
        Check("rollback", "last-good is complete in the cache (214 blobs)", "A rollback must work with no link."),
        Check("holds", "nobody holds changes", "A hold of somebody else has a reason."),
        Check("outbox", "HQ has confirmed everything", "HQ knows what this site knows."),
    ];

    private readonly List<InboundMessage> _messages = [];
    private readonly List<TestSite> _sites = [];
    private readonly DateTimeOffset _now = hq.Now;
    private readonly DateTimeOffset _deadline = hq.Now.AddMinutes(38).AddSeconds(20);

    /// <summary>The site whose preflight is NO-GO.</summary>
    public TestSite NoGo => _sites[2];

    /// <summary>The site that was not asked.</summary>
    public TestSite NotAsked => _sites[8];

    public async Task BuildAsync(CancellationToken cancellationToken)
    {
        for (var i = 401; i <= 412; i++)
        {
            _sites.Add(hq.Enrol("wing", $"tail-{i}"));
        }

        foreach (var site in _sites)
        {
            Entry(site, site.SignEntry(AcknowledgementEvent.Healthy, _now.AddHours(-2.2), Kit, PipelineStage.Confirm, durationMs: 41_000));
        }

        foreach (var site in new[] { _sites[0], _sites[9] })
        {
            Go(site, 14, "sortie 417");
            Status(site, Kit);
        }

        Go(_sites[1], 9, null, warnings: 2);
        Status(_sites[1], Kit);
        Entry(_sites[2], _sites[2].SignPreflight(_sites[2].Report(_now.AddHours(-20)) with { By = "bea", Checks = Passed, MissionEnds = _now.AddHours(-8), Running = [Kit] }));
        Entry(_sites[2], _sites[2].SignPreflight(FailedReport(_sites[2])));
        Status(_sites[2], Kit);
        Status(_sites[3], Kit, ChannelState.Progressing, PipelineStage.Fetch, preflight: Running(PreflightPhase.Reload, 2));
        Status(_sites[4], Kit, preflight: Running(PreflightPhase.Checks, 4));
        Go(_sites[5], 31, "sortie 417");
        Entry(_sites[5], _sites[5].SignEntry(AcknowledgementEvent.Drifted, _now.AddMinutes(-6), Kit, message: "Deployment kit/nav was edited at the site"));
        Status(_sites[5], Kit);
        foreach (var site in new[] { _sites[6], _sites[7], _sites[8] })
        {
            Status(site, Kit);
        }

        Status(_sites[10], Older, ChannelState.Progressing, PipelineStage.Apply, pending: Kit, preflight: Running(PreflightPhase.Reload, 3));
        Go(_sites[11], 55, "sortie 416");
        Status(_sites[11], Kit, at: _now.AddMinutes(-50));
        foreach (var batch in _messages.Chunk(500))
        {
            hq.Ingest(batch);
        }

        var asked = new[] { _sites[6], _sites[7] };
        await hq.Get<PreflightAsker>().AskAsync([.. asked.Select(hq.State)], new PreflightTerms(_deadline, 12), "olga", cancellationToken);
        var reply = new PreflightReply(hq.State(_sites[6]).PreflightAsk!.Request, _now, "PreflightNotAllowed", "this site does not let HQ ask for a preflight", "Set 'hq.mayAskForPreflight: true' at the site and restart its agent, or run 'edgesync preflight' there.");
        hq.Ingest(_sites[6].Message(MessageKind.Status, StatusOf(_sites[6], Kit, ChannelState.Healthy, null, null, _now, status => status with { PreflightReply = reply }), _now));
    }

    /// <summary>A site makes a preflight, and HQ hears of it.</summary>
    public void Run(TestSite site) => hq.Ingest(site.Message(
        MessageKind.Status, StatusOf(site, Kit, ChannelState.Progressing, PipelineStage.Verify, null, hq.Now, status => status with { Preflight = new PreflightStatus("ann", hq.Now, PreflightPhase.Reload) { Deadline = _deadline } }), hq.Now));

    /// <summary>A site ends its preflight with GO.</summary>
    public void End(TestSite site) => hq.Ingest(site.Message(MessageKind.Acknowledgement, site.SignPreflight(GoReport(site, hq.Now, null, 0)), hq.Now), site.Message(MessageKind.Status, StatusOf(site, Kit, ChannelState.Healthy, null, null, hq.Now), hq.Now));

    public void Dispose() => _sites.ForEach(site => site.Dispose());

    private AcknowledgedRelease Kit => TestSite.Release("7.3.0", 73) with { Name = "flight-kit", Deadline = _now.AddMinutes(50) };

    private static AcknowledgedRelease Older => TestSite.Release("7.2.4", 72) with { Name = "flight-kit" };

    private static CheckResult Check(string name, string found, string why) => new(name, CheckOutcome.Passed, found, why);

    private PreflightStatus Running(PreflightPhase phase, int minutes) => new("ann", _now.AddMinutes(-minutes), phase) { Deadline = _deadline, MissionEnds = _deadline.AddHours(12) };

    private void Go(TestSite site, int minutesAgo, string? hold, int warnings = 0) => Entry(site, site.SignPreflight(GoReport(site, _now.AddMinutes(-minutesAgo), hold, warnings)));

    private PreflightReport GoReport(TestSite site, DateTimeOffset at, string? hold, int warnings) => site.Report(at) with
    {
        Deadline = _deadline,
        MissionEnds = _deadline.AddHours(12),
        Hold = hold,
        Running = [Kit],
        Checks = [.. Enumerable.Repeat(new CheckResult("link", CheckOutcome.Warned, "the registry was last seen 3 min ago", "What is newest may be newer.", "Check the link."), warnings), .. Passed],
    };

    private PreflightReport FailedReport(TestSite site)
    {
        CheckResult[] failed =
        [
            new("expiry", CheckOutcome.Failed, $"the kubelet's client certificate runs out on {_deadline.AddHours(3):yyyy-MM-dd HH:mm}Z, before the mission ends", "A certificate that runs out on the way takes the node away.", "Restart k3s, which renews its certificates, and ask again."),
            new("pods", CheckOutcome.Failed, "pod kit/nav-7d9c4 is in CrashLoopBackOff: exit code 139, 4 restarts", "The mission needs every pod of the bundles.", "Look at its log: 'kubectl -n kit logs nav-7d9c4 --previous'."),
            new("link", CheckOutcome.Warned, "the registry was last seen 26 min ago", "What is newest may be newer.", "Check the link."),
        ];
        return site.Report(_now.AddMinutes(-7), [.. failed.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => $"{check.Check}: {check.Found}")]) with
        {
            Deadline = _deadline,
            MissionEnds = _deadline.AddHours(12),
            Running = [Kit],
            Checks = [.. failed, .. Passed],
        };
    }

    private void Entry(TestSite site, byte[] entry) => _messages.Add(site.Message(MessageKind.Acknowledgement, entry, _now.AddMinutes(-60)));

    private void Status(
        TestSite site, AcknowledgedRelease running, ChannelState state = ChannelState.Healthy, PipelineStage? stage = null, AcknowledgedRelease? pending = null, PreflightStatus? preflight = null, DateTimeOffset? at = null)
    {
        _messages.Add(site.Message(MessageKind.Presence, site.Presence(at ?? _now, at is null ? PresenceState.Online : PresenceState.Offline), at ?? _now));
        _messages.Add(site.Message(MessageKind.Status, StatusOf(site, running, state, stage, pending, at ?? _now, status => status with { Preflight = preflight, Holds = HoldsOf(site) }), at ?? _now));
    }

    private IReadOnlyList<HoldStatus>? HoldsOf(TestSite site) => site == _sites[0] || site == _sites[9] ? [new HoldStatus("ann", "sortie 417", _now.AddMinutes(-14))] : null;

    private static byte[] StatusOf(
        TestSite site, AcknowledgedRelease running, ChannelState state, PipelineStage? stage, AcknowledgedRelease? pending, DateTimeOffset at, Func<SiteStatus, SiteStatus>? more = null) =>
        site.Status(at, state, running, labels => (labels["squadron"], labels["type"]) = ("7", "tanker"), stage: stage, pending: pending, more: more);
}
