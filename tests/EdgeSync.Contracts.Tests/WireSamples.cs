using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Tests;

/// <summary>One full message of each kind on the wire; the golden file of the same name holds what it looks like.</summary>
internal static class WireSamples
{
    private static readonly DateTimeOffset At = new(2026, 11, 21, 2, 0, 0, TimeSpan.Zero);
    private static readonly Digest Shop = Digest.Of("shop"u8);
    private static readonly AcknowledgedRelease Release = new("stable", 42, Shop, "shop", "2.1.0", 1) { Deadline = At.AddDays(2) };

    public static IReadOnlyDictionary<string, WireSample> All { get; } = new Dictionary<string, WireSample>
    {
        ["release"] = WireSample.Of(FullRelease(), ContractsJsonContext.Default.ReleaseRecord),
        ["acknowledgement"] = WireSample.Of(FullAcknowledgement(), ContractsJsonContext.Default.Acknowledgement),
        ["acknowledgement-trust"] = WireSample.Of(TrustAcknowledgement(), ContractsJsonContext.Default.Acknowledgement),
        ["acknowledgement-preflight"] = WireSample.Of(PreflightAcknowledgement(), ContractsJsonContext.Default.Acknowledgement),
        ["doctor"] = WireSample.Of(FullDoctor(), ContractsJsonContext.Default.DoctorReport),
        ["status"] = WireSample.Of(Event(EventTypes.Status, FullStatus()), ContractsJsonContext.Default.CloudEventSiteStatus),
        ["plan"] = WireSample.Of(FullPlan(), ContractsJsonContext.Default.PlanDocument),
        ["presence"] = WireSample.Of(
            Event(EventTypes.Presence, new Presence(PresenceState.Online, "0.1.0")), ContractsJsonContext.Default.CloudEventPresence),
        ["confirmation"] = WireSample.Of(
            Event(EventTypes.Confirmation, new Confirmation(812)), ContractsJsonContext.Default.CloudEventConfirmation),
        ["command"] = WireSample.Of(
            Event(EventTypes.Command, new SiteCommand(CommandKind.ResendFrom, 17)), ContractsJsonContext.Default.CloudEventSiteCommand),
        ["command-preflight"] = WireSample.Of(Event(EventTypes.Command, AskForPreflight()), ContractsJsonContext.Default.CloudEventSiteCommand),
        ["enrolment-request"] = WireSample.Of(
            new EnrolmentRequest("token", "retail", "store-17", "ledger PEM", "request PEM"), ContractsJsonContext.Default.EnrolmentRequest),
        ["enrolment-response"] = WireSample.Of(
            new EnrolmentResponse("certificate PEM", "authority PEM", "mqtts://hq.example.com:8883", "broker authority PEM"),
            ContractsJsonContext.Default.EnrolmentResponse),
        ["renewal-challenge-request"] = WireSample.Of(
            new RenewalChallengeRequest("retail", "store-17"), ContractsJsonContext.Default.RenewalChallengeRequest),
        ["renewal-challenge"] = WireSample.Of(new RenewalChallenge("challenge"), ContractsJsonContext.Default.RenewalChallenge),
        ["renewal-request"] = WireSample.Of(
            new RenewalRequest("retail", "store-17", "challenge", "request PEM") { LedgerKey = "ledger PEM", Certificate = "certificate PEM" },
            ContractsJsonContext.Default.RenewalRequest),
    };

    private static SiteCommand AskForPreflight() => new(CommandKind.Preflight, Request: "request 1")
    {
        Preflight = new PreflightHint("olga", At.AddMinutes(10)) { Deadline = At.AddHours(1), MissionSeconds = 43_200 },
    };

    private static Acknowledgement PreflightAcknowledgement() => new()
    {
        Fleet = "retail",
        Site = "store-17",
        Number = 7,
        Previous = Shop,
        At = At,
        Event = AcknowledgementEvent.Preflight,
        Reason = ReasonCodes.PreflightNoGo,
        Message = "NO-GO, asked by ann: clock: it is wrong",
        Preflight = new PreflightReport
        {
            Fleet = "retail",
            Site = "store-17",
            At = At,
            EndedAt = At.AddMinutes(3),
            By = "ann",
            Verdict = PreflightVerdict.NoGo,
            Reasons = ["clock: it is wrong"],
            Deadline = At.AddMinutes(20),
            MissionEnds = At.AddHours(12),
            Running = [Release],
            Hold = "mission 7",
            Checks = [Check(CheckOutcome.Failed)],
        },
    };

    private static DoctorReport FullDoctor() => new()
    {
        Fleet = "retail",
        Site = "store-17",
        Agent = "0.1.0",
        At = At,
        Outcome = CheckOutcome.Warned,
        Checks = [Check(CheckOutcome.Passed), Check(CheckOutcome.Warned)],
    };

    private static CheckResult Check(CheckOutcome outcome) => new("clock", outcome, "it is wrong", "Certificates are judged by it.", "Set the clock.") { Details = ["a detail"] };

    private static PlanDocument FullPlan() => new()
    {
        Schema = PlanDocument.PlanSchema,
        Fleet = "retail",
        Site = "store-17",
        At = At,
        HasChanges = true,
        Channels =
        [
            new ChannelPlan
            {
                Channel = "stable",
                Bundle = new PlannedBundle
                {
                    Name = "shop",
                    Version = "2.1.0",
                    Digest = Shop.ToString(),
                    Source = "release 42 of channel stable",
                    Trusted = false,
                    Distrust = new SiteNotice(ReasonCodes.SignatureMissing, "no signature", "Sign it."),
                },
                Running = Release,
                Counts = new PlanCounts { Created = 1, Configured = 2, Recreated = 3, Deleted = 4, Unchanged = 5, Failed = 6 },
                Objections = [new SiteNotice(ReasonCodes.DestructiveChange, "too much", "Allow it.")],
                Notes = ["a note"],
                Objects =
                [
                    new PlannedObject
                    {
                        ApiVersion = "apps/v1",
                        Kind = "Deployment",
                        Namespace = "shop",
                        Name = "web",
                        Action = PlanAction.Configured,
                        Reason = "ObjectInvalid",
                        Message = "no",
                        Hint = "Correct it.",
                        Fields =
                        [
                            new FieldDifference
                            {
                                Path = "spec.replicas",
                                JsonPointer = "/spec/replicas",
                                Action = FieldAction.Changed,
                                Before = 5,
                                After = 2,
                                ChangedBy = new FieldWriter("kubectl-scale", "Update", At),
                            },
                            new FieldDifference { Path = "data.a", JsonPointer = "/data/a", Action = FieldAction.Removed, Masked = true },
                        ],
                    },
                    .. Enum.GetValues<PlanAction>().Select(action => new PlannedObject { ApiVersion = "v1", Kind = "ConfigMap", Name = "a", Action = action }),
                ],
                Hooks = [new HookRun { Hook = "on-rollback", Namespace = "shop", Name = "undo", Runs = true, Message = "if the bundle fails" }],
                Snapshots = [new PlannedSnapshot { Namespace = "shop", Claim = "data", Made = false, Restored = false, Message = "no class", Waits = true }],
            },
            new ChannelPlan { Channel = "other", Failure = new SiteNotice("NoReleaseKnown", "nothing yet", "Wait.") },
        ],
    };

    private static ReleaseRecord FullRelease() => new()
    {
        Channel = "stable",
        Epoch = 1,
        Sequence = 42,
        Bundle = new BundleRevision { Name = "shop", Version = "2.1.0", Repository = "registry.example.com/retail/shop", Digest = Shop },
        Sites = new LabelSelector
        {
            MatchLabels = new Dictionary<string, string> { ["ring"] = "1" },
            MatchExpressions = [new("country", LabelOperator.In, ["de", "nl"]), new("frozen", LabelOperator.DoesNotExist)],
        },
        IssuedAt = At,
        ExpiresAt = At.AddDays(30),
        NotBefore = At.AddHours(1.5),
        Deadline = At.AddDays(2),
        AllowDestructive = true,
        AllowPrune = [new PruneAllowance(["ConfigMap", "Deployment.apps"], 3)],
        RetryFailed = true,
        Urgent = true,
        Rollback = new RollbackNotice("2.0.3", "the tills freeze"),
        MinimumAgent = "0.1.0",
    };

    private static Acknowledgement FullAcknowledgement() => new()
    {
        Fleet = "retail",
        Site = "store-17",
        Number = 812,
        Previous = Digest.Of("entry 811"u8),
        At = At.AddMilliseconds(250),
        ClockTrusted = false,
        Event = AcknowledgementEvent.RolledBack,
        Release = Release,
        Stage = PipelineStage.Confirm,
        Reason = ReasonCodes.HealthDeadlineExceeded,
        Message = "Deployment shop/web did not become healthy within 5 minutes",
        DurationMs = 300_250,
        Fingerprint = Digest.Of("state"u8),
        Details = ["log of pod shop/web-1, container web:", "  cannot open the database"],
    };

    private static Acknowledgement TrustAcknowledgement() => new()
    {
        Fleet = "retail",
        Site = "store-17",
        Number = 813,
        Previous = Digest.Of("entry 812"u8),
        At = At,
        Event = AcknowledgementEvent.Received,
        Trust = new AcknowledgedTrust { Version = 3, VersionBefore = 2, Revocations = 7, RevocationsBefore = 7, Payload = Digest.Of("root 3"u8) },
        Message = "trust root 3 counts from now on, in place of 2; signed by anna, ben; it came from the registry",
    };

    private static SiteStatus FullStatus() => new()
    {
        Fleet = "retail",
        Site = "store-17",
        Labels = new Dictionary<string, string> { ["ring"] = "1" },
        Agent = "0.1.0",
        At = At,
        ClockTrusted = false,
        ExpectedEverySeconds = 600,
        Channels =
        [
            new ChannelStatus
            {
                Channel = "stable",
                State = ChannelState.RolledBack,
                Stage = PipelineStage.Rollback,
                Running = Release with { Sequence = 41, Version = "2.0.3" },
                Pending = Release,
                Reason = ReasonCodes.HealthFailed,
                Message = "Deployment shop/web: ImagePullBackOff",
                Hint = "Publish a new release.",
                Details = ["event of Pod shop/web-1: BackOff: back-off restarting"],
                LastSeen = At,
                IsBegun = true,
                NextTry = At.AddMinutes(5),
                FrozenSince = At.AddDays(-1),
                Since = At.AddMinutes(-5),
            },
        ],
        Holds = [new HoldStatus("crew", "in flight", At.AddHours(-1), At.AddHours(3), "stable")],
        Notices = [new SiteNotice(ReasonCodes.ClockDoubted, "the clock is wrong", "Put it right.")],
        Evidence = [new EquivocationStatus("stable", 41, Shop, Digest.Of("other"u8), At, "/var/lib/edgesync/evidence/stable-1-41.json", 1)],
        PreflightReply = new PreflightReply("request 1", At, ReasonCodes.PreflightNotAllowed, "HQ may not ask", "Allow it."),
        OutboxLength = 3,
        LedgerNumber = 812,
        Fingerprint = Digest.Of("state"u8),
    };

    private static CloudEvent<T> Event<T>(string type, T data) =>
        new() { Id = "01", Source = "/fleets/retail/sites/store-17", Type = type, Time = At, Data = data };
}
