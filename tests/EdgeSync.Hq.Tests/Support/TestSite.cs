using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Enrolment;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;

namespace EdgeSync.Hq.Tests.Support;

/// <summary>A site as HQ sees it: real keys, a real ledger and real messages, but no cluster.</summary>
internal sealed class TestSite(string fleet, string site) : IDisposable
{
    private int _events;

    public SiteKey Key { get; } = new(fleet, site);

    public SigningKey LedgerKey { get; private set; } = SigningKey.Create("ledger");

    public ECDsa ClientKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public LedgerHead? Head { get; set; }

    public List<byte[]> Entries { get; } = [];

    public static TestSite Create(string fleet, string site) => new(fleet, site);

    public static Digest DigestOf(string text) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(text));

    public static AcknowledgedRelease Release(string version, long sequence = 1, string channel = "stable") =>
        new(channel, sequence, DigestOf($"shop {version}"), "shop", version);

    public EnrolmentRequest Request(string token, string commonName = "whatever") =>
        new(token, Key.Fleet, Key.Site, LedgerKey.PublicKey.ToPem(), SigningRequest(commonName));

    public string SigningRequest(string commonName) =>
        new CertificateRequest($"CN={commonName}", ClientKey, HashAlgorithmName.SHA256).CreateSigningRequestPem();

    public void ReplaceLedger()
    {
        LedgerKey.Dispose();
        LedgerKey = SigningKey.Create("ledger");
        Head = null;
        Entries.Clear();
    }

    /// <summary>Signs the next entry of the ledger.</summary>
    public byte[] SignEntry(AcknowledgementEvent happened, DateTimeOffset at, AcknowledgedRelease? release = null, PipelineStage? stage = null, string? reason = null, string? message = null, long? durationMs = null)
    {
        var signed = AcknowledgementSigner.Sign(Describe(happened, at, release, stage, reason, message, durationMs), Head, LedgerKey);
        Head = signed.Head;
        Entries.Add(signed.Envelope.ToArray());
        return Entries[^1];
    }

    /// <summary>Signs the next entry of the ledger, a change of trust.</summary>
    public byte[] SignTrustEntry(DateTimeOffset at, AcknowledgedTrust trust, string message)
    {
        var signed = AcknowledgementSigner.Sign(Describe(AcknowledgementEvent.Received, at, null, null, null, message, null) with { Trust = trust }, Head, LedgerKey);
        Head = signed.Head;
        Entries.Add(signed.Envelope.ToArray());
        return Entries[^1];
    }

    /// <summary>Signs the next entry of the ledger, a preflight.</summary>
    public byte[] SignPreflight(PreflightReport report)
    {
        var isGo = report.Verdict == PreflightVerdict.Go;
        var entry = Describe(AcknowledgementEvent.Preflight, report.EndedAt, null, null, isGo ? null : "PreflightNoGo", isGo ? $"GO, asked by {report.By}" : $"NO-GO, asked by {report.By}: {string.Join("; ", report.Reasons)}", (long)(report.EndedAt - report.At).TotalMilliseconds);
        var signed = AcknowledgementSigner.Sign(entry with { Preflight = report }, Head, LedgerKey);
        Head = signed.Head;
        Entries.Add(signed.Envelope.ToArray());
        return Entries[^1];
    }

    /// <summary>Signs the next entry of the ledger, the report of a night.</summary>
    public byte[] SignNight(NightReport report)
    {
        var entry = Describe(AcknowledgementEvent.NightReport, report.Until, null, null, report.Channels.Any(channel => channel?.Outcome > NightOutcome.Done) ? "NightIncomplete" : null, "what became of the night", null);
        var signed = AcknowledgementSigner.Sign(entry with { Night = report }, Head, LedgerKey);
        Head = signed.Head;
        Entries.Add(signed.Envelope.ToArray());
        return Entries[^1];
    }

    /// <summary>The report of a night of ten hours that ended now, of these channels; the next is due a day later.</summary>
    public static NightReport Night(DateTimeOffset until, params NightChannel[] channels) => new() { From = until.AddDays(-1), Until = until, Next = until.AddDays(1), Channels = channels };

    /// <summary>A report with these reasons against GO.</summary>
    public PreflightReport Report(DateTimeOffset endedAt, params string[] reasons) => new()
    {
        Fleet = Key.Fleet,
        Site = Key.Site,
        At = endedAt.AddSeconds(-48),
        EndedAt = endedAt,
        By = "ann",
        Verdict = reasons.Length == 0 ? PreflightVerdict.Go : PreflightVerdict.NoGo,
        Reasons = reasons,
        Checks = [new CheckResult("clock", CheckOutcome.Passed, "nothing shows that it is wrong", "Certificates are judged by it.")],
    };

    /// <summary>Signs an entry at any position without adding it to the ledger.</summary>
    public byte[] Forge(SigningKey key, LedgerHead? after, DateTimeOffset at, string message = "forged") => AcknowledgementSigner
        .Sign(Describe(AcknowledgementEvent.Healthy, at, Release("9.9.9"), null, null, message, null), after, key).Envelope.ToArray();

    public byte[] Status(DateTimeOffset at, ChannelState state, AcknowledgedRelease? running, Action<Dictionary<string, string>>? labels = null, int everySeconds = 900, PipelineStage? stage = null, AcknowledgedRelease? pending = null, string? reason = null, string? message = null, string? hint = null, DateTimeOffset? frozenSince = null, TrustStatus? trust = null, IReadOnlyList<string>? details = null, Func<SiteStatus, SiteStatus>? more = null)
    {
        var tags = new Dictionary<string, string>();
        labels?.Invoke(tags);
        var status = new SiteStatus
        {
            Fleet = Key.Fleet,
            Site = Key.Site,
            Labels = tags,
            Agent = "0.1.0",
            At = at,
            ExpectedEverySeconds = everySeconds,
            LedgerNumber = Head?.Number ?? 0,
            OutboxLength = 0,
            Fingerprint = running?.Digest,
            Trust = trust,
            Channels = [new ChannelStatus { Channel = "stable", State = state, Running = running, Pending = pending, Stage = stage, Reason = reason, Message = message, Hint = hint, Details = details, Since = at, LastSeen = at, FrozenSince = frozenSince }],
        };
        return Wrap(EventTypes.Status, at, more?.Invoke(status) ?? status, ContractsJsonContext.Default.CloudEventSiteStatus);
    }

    public byte[] Presence(DateTimeOffset at, PresenceState state) =>
        Wrap(EventTypes.Presence, at, new Presence(state, "0.1.0"), ContractsJsonContext.Default.CloudEventPresence);

    /// <summary>Signs a diff with one object that drifted, by the ledger's key or another.</summary>
    public byte[] Diff(string? request, DateTimeOffset at, string? site = null, SigningKey? key = null)
    {
        var document = new PlanDocument
        {
            Schema = PlanDocument.DiffSchema,
            Fleet = Key.Fleet,
            Site = site ?? Key.Site,
            At = at,
            Request = request,
            HasChanges = true,
            Channels =
            [
                new ChannelPlan
                {
                    Channel = "stable",
                    Running = Release("1.0.0"),
                    Counts = new PlanCounts { Configured = 1, Unchanged = 6 },
                    Objects =
                    [
                        new PlannedObject
                        {
                            ApiVersion = "v1",
                            Kind = "ConfigMap",
                            Namespace = "shop",
                            Name = "prices",
                            Action = PlanAction.Drifted,
                            Fields =
                            [
                                new FieldDifference
                                {
                                    Path = "data.milk", JsonPointer = "/data/milk", Action = FieldAction.Changed, Before = "<b>9.99</b>", After = "1.09",
                                    ChangedBy = new FieldWriter("kubectl-edit", "Update", at),
                                },
                            ],
                        },
                    ],
                },
            ],
        };
        return DsseSigner.Sign(PlanDocument.DiffMediaType, JsonSerializer.SerializeToUtf8Bytes(document, ContractsJsonContext.Default.PlanDocument), [key ?? LedgerKey]).ToBytes();
    }

    public InboundMessage Message(MessageKind kind, byte[] payload, DateTimeOffset at, bool replayed = false) => new(Key, kind, payload, replayed, at, () => { });

    public void Dispose()
    {
        LedgerKey.Dispose();
        ClientKey.Dispose();
    }

    private Acknowledgement Describe(AcknowledgementEvent happened, DateTimeOffset at, AcknowledgedRelease? release, PipelineStage? stage, string? reason, string? message, long? durationMs) => new()
    {
        Fleet = Key.Fleet,
        Site = Key.Site,
        Number = 0,
        At = at,
        Event = happened,
        Release = release,
        Stage = stage,
        Reason = reason,
        Message = message,
        DurationMs = durationMs,
    };

    private byte[] Wrap<T>(string type, DateTimeOffset at, T content, System.Text.Json.Serialization.Metadata.JsonTypeInfo<CloudEvent<T>> typeInfo) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new CloudEvent<T> { Id = $"{Key}-{++_events}", Source = $"/fleets/{Key.Fleet}/sites/{Key.Site}", Type = type, Time = at, Data = content }, typeInfo);
}
