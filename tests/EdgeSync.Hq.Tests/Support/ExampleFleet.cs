using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Ingestion;

namespace EdgeSync.Hq.Tests.Support;

/// <summary>A realistic fleet: most sites are healthy, some roll out a release, a few have problems. Each site signs its entries with its own key.</summary>
internal sealed class ExampleFleet(TestHq hq, DateTimeOffset now)
{
    private static readonly string[] Regions = ["north", "south", "east", "west"];
    private static readonly AcknowledgedRelease Before = Shop("4.2.0", 41);
    private static readonly AcknowledgedRelease Current = Shop("4.2.1", 42);
    private static readonly AcknowledgedRelease Broken = Shop("4.3.0", 43);

    private readonly List<InboundMessage> _messages = [];

    /// <summary>The site whose history contains every kind of event.</summary>
    public TestSite Showcase { get; private set; } = null!;

    public void Build(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            var site = hq.Enrol(i % 20 == 0 ? "ships" : "stores", $"{(i % 20 == 0 ? "vessel" : "store")}-{i:D4}");
            AddSite(site, i);
            if (i == 417)
            {
                Showcase = site;
            }
            else
            {
                site.Dispose();
            }
        }

        foreach (var batch in _messages.Chunk(1024))
        {
            hq.Ingest(batch);
        }
    }

    private static AcknowledgedRelease Shop(string version, long sequence) => new("stable", sequence, TestSite.DigestOf($"shop {version}"), "shop", version);

    private void AddSite(TestSite site, int i)
    {
        var age = TimeSpan.FromSeconds(5 + (i * 37 % 800));
        switch (i)
        {
            case 417: AddShowcase(site); return;
            case 1203: AddForgery(site, i, age); return;
            case var _ when i % 211 == 0: return;
            case var _ when i % 97 == 0: AddHealthy(site, i, TimeSpan.FromDays(2 + (i % 9))); return;
            case var _ when i % 41 == 0: AddHealthy(site, i, TimeSpan.FromHours(1 + (i % 20))); return;
            case var _ when i % 67 == 0: AddRolledBack(site, i, age); return;
            case var _ when i % 23 == 0: AddProgress(site, i, age); return;
            case var _ when i % 131 == 0: AddDegraded(site, i, age); return;
            default: AddHealthy(site, i, age); return;
        }
    }

    private void AddHealthy(TestSite site, int i, TimeSpan age)
    {
        var at = now - age;
        Entry(site, AcknowledgementEvent.Healthy, at - TimeSpan.FromHours(9), Current, PipelineStage.Confirm);
        Status(site, i, at, ChannelState.Healthy, Current);
    }

    private void AddProgress(TestSite site, int i, TimeSpan age)
    {
        var at = now - age;
        var stage = (PipelineStage)(1 + (i % 6));
        Entry(site, AcknowledgementEvent.Healthy, at - TimeSpan.FromDays(3), Before, PipelineStage.Confirm);
        Entry(site, AcknowledgementEvent.Received, at, Current, PipelineStage.Discover);
        Status(
            site, i, at, stage == PipelineStage.Gate ? ChannelState.Waiting : ChannelState.Progressing, Before, Current, stage,
            message: stage == PipelineStage.Gate ? "Staged; the window opens at 02:00" : $"On the way to 4.2.1, {stage.ToString().ToLowerInvariant()}");
    }

    private void AddDegraded(TestSite site, int i, TimeSpan age)
    {
        Entry(site, AcknowledgementEvent.Healthy, now - age - TimeSpan.FromHours(5), Current, PipelineStage.Confirm);
        Status(site, i, now - age, ChannelState.Degraded, Current, reason: "HealthFailed", message: "Deployment shop/web has 1 of 3 replicas ready", hint: "Look at the node's free memory.");
    }

    private void AddRolledBack(TestSite site, int i, TimeSpan age)
    {
        var at = now - age;
        Entry(site, AcknowledgementEvent.Healthy, at - TimeSpan.FromHours(9), Current, PipelineStage.Confirm);
        Entry(site, AcknowledgementEvent.Failed, at - TimeSpan.FromMinutes(3), Broken, PipelineStage.Confirm, "HealthDeadlineExceeded", "Deployment shop/web did not become ready within 2 min");
        Entry(site, AcknowledgementEvent.RolledBack, at, Current, PipelineStage.Rollback);
        Status(site, i, at, ChannelState.RolledBack, Current, Broken, reason: "HealthDeadlineExceeded", message: "not healthy within 120 s: Deployment shop/web: 0 of 3 replicas ready", hint: "Publish a corrected release; this digest is not tried again here.");
    }

    private void AddForgery(TestSite site, int i, TimeSpan age)
    {
        AddHealthy(site, i, age);
        using var stranger = EdgeSync.Signing.Keys.SigningKey.Create("stranger");
        _messages.Add(site.Message(MessageKind.Acknowledgement, site.Forge(stranger, site.Head, now - age), now - age));
    }

    private void AddShowcase(TestSite site)
    {
        var day = now - TimeSpan.FromHours(26);
        Entry(site, AcknowledgementEvent.Received, day, Before, PipelineStage.Discover, ms: 420);
        Entry(site, AcknowledgementEvent.Staged, day.AddMinutes(14), Before, PipelineStage.Stage, ms: 812_000, message: "212 MB fetched, 3 images known to the runtime");
        Entry(site, AcknowledgementEvent.Healthy, day.AddMinutes(16), Before, PipelineStage.Confirm, ms: 41_800);
        var night = now - TimeSpan.FromHours(5);
        Entry(site, AcknowledgementEvent.Received, night, Current, PipelineStage.Discover, ms: 380);
        Entry(site, AcknowledgementEvent.Waiting, night.AddMinutes(3), Current, PipelineStage.Gate, message: "Staged; the window opens at 02:00");
        Entry(site, AcknowledgementEvent.Activating, night.AddMinutes(40), Current, PipelineStage.Apply);
        Entry(site, AcknowledgementEvent.Healthy, night.AddMinutes(41), Current, PipelineStage.Confirm, ms: 38_200, message: "14 objects: 2 Configured, 12 Unchanged");
        _messages.Add(site.Message(
            MessageKind.Acknowledgement,
            site.SignTrustEntry(
                night.AddMinutes(60),
                new AcknowledgedTrust { Version = 3, VersionBefore = 2, Revocations = 1, RevocationsBefore = 1, Payload = TestSite.DigestOf("root 3") },
                "trust root 3 counts from now on, in place of 2; signed by anna, ben; it came from the registry"),
            night.AddMinutes(60).AddSeconds(2)));
        Entry(site, AcknowledgementEvent.Drifted, night.AddMinutes(95), Current, message: "Deployment shop/web was deleted at the site");
        Entry(site, AcknowledgementEvent.Repaired, night.AddMinutes(95).AddSeconds(3), Current, ms: 2_900);
        Entry(site, AcknowledgementEvent.Rejected, now.AddMinutes(-48), Broken, PipelineStage.Verify, "ThresholdNotMet", "The release record has 1 valid signature; this site asks for 2", ms: 9);
        Status(site, 417, now.AddSeconds(-20), ChannelState.Healthy, Current);
    }

    // The ships have their keys in their configuration and no trust root.
    private TrustStatus? Trust(int i) => i % 20 == 0 ? null : new TrustStatus { Version = i % 89 == 0 ? 2 : 3, ExpiresAt = now.AddDays(200), Revocations = 1 };

    private void Entry(TestSite site, AcknowledgementEvent happened, DateTimeOffset at, AcknowledgedRelease release, PipelineStage? stage = null, string? reason = null, string? message = null, long? ms = null) =>
        _messages.Add(site.Message(MessageKind.Acknowledgement, site.SignEntry(happened, at, release, stage, reason, message, ms), at.AddSeconds(2)));

    private void Status(TestSite site, int i, DateTimeOffset at, ChannelState state, AcknowledgedRelease running, AcknowledgedRelease? pending = null, PipelineStage? stage = null, string? reason = null, string? message = null, string? hint = null)
    {
        _messages.Add(site.Message(MessageKind.Presence, site.Presence(at, PresenceState.Online), at));
        _messages.Add(site.Message(
            MessageKind.Status,
            site.Status(at, state, running, l => { l["region"] = Regions[i % 4]; l["ring"] = i % 10 == 0 ? "canary" : "broad"; }, 900, stage, pending, reason, message, hint, trust: Trust(i)),
            at));
    }
}
