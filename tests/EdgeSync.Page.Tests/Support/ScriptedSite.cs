using Cronos;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Page;
using EdgeSync.Agent.Page.Views;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Page.Tests.Support;

/// <summary>A site as the tests want it: healthy at first, with windows and a past.</summary>
internal sealed class ScriptedSite : IPageSite
{
    /// <summary>A Tuesday evening in Berlin.</summary>
    public static readonly DateTimeOffset Start = new(2026, 12, 1, 17, 42, 0, TimeSpan.Zero);

    private static readonly Digest Bundle = Digest.Parse("sha256:3f5a1c9be0d24776a1b8c0de5b7742f0c1d2e3f405162738495a6b7c8d9e0f10");

    public ScriptedSite()
    {
        Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Channel = new ChannelStatus
        {
            Channel = "stable",
            State = ChannelState.Healthy,
            Running = Release("shop", "4.2.1", 42),
            LastSeen = Start.AddSeconds(-38),
            Since = Start.AddDays(-2).AddHours(-5),
        };
        Windows = [("stable", NightWindows())];
        Entries.AddRange(
        [
            Entry(1181, AcknowledgementEvent.Repaired, Start.AddHours(-3), "Deployment shop/till: replicas were changed by kubectl-edit", durationMs: 410),
            Entry(1180, AcknowledgementEvent.Drifted, Start.AddHours(-3).AddSeconds(-1), "Deployment shop/till is not as it was applied: kubectl-edit set replicas"),
            Entry(1179, AcknowledgementEvent.Healthy, Start.AddDays(-2).AddHours(-5), "31 objects are healthy", durationMs: 48_200),
            Entry(1178, AcknowledgementEvent.Activating, Start.AddDays(-2).AddHours(-5).AddSeconds(-48), message: null),
            Entry(1177, AcknowledgementEvent.Staged, Start.AddDays(-2).AddHours(-9), "12 images, 318.4 MiB", durationMs: 611_000),
        ]);
    }

    public event Action? Changed;

    public TimeZoneInfo Zone { get; set; }

    public bool HasHq { get; set; } = true;

    public IReadOnlyList<(string Channel, ChannelWindows Windows)> Windows { get; set; }

    public PreflightView? Preflight { get; set; }

    public ChannelStatus Channel { get; set; }

    public List<HoldStatus> Holds { get; } = [];

    public List<Acknowledgement> Entries { get; } = [];

    public IReadOnlyList<SiteNotice>? Notices { get; set; }

    public List<PreflightOptions> Begun { get; } = [];

    public DateTimeOffset Now { get; set; } = Start;

    public SiteStatus Status() => new()
    {
        Fleet = "retail",
        Site = "store-0417",
        Agent = "0.1.0",
        At = Now,
        Channels = [Channel],
        Holds = Holds.Count > 0 ? [.. Holds] : null,
        Notices = Notices,
        LedgerNumber = 1181,
        Fingerprint = Bundle,
    };

    public IReadOnlyList<Acknowledgement> Newest() => [.. Entries];

    public void Hold(HoldRequest request)
    {
        Holds.Add(new HoldStatus(request.Owner, request.Reason, Now, request.ForSeconds is { } seconds ? Now.AddSeconds(seconds) : request.Until, request.Channel));
        Raise();
    }

    public void Release(HoldEnding ending)
    {
        if (Holds.RemoveAll(hold => hold.Owner == ending.Owner && hold.Channel == ending.Channel) == 0)
        {
            throw new AgentException("NoSuchHold", $"no such hold of {ending.Owner}");
        }

        Raise();
    }

    public void Begin(PreflightOptions options)
    {
        Begun.Add(options);
        Preflight = new PreflightView { By = options.By, At = Now, Deadline = options.Deadline, IsRunning = true };
        Raise();
    }

    public void Raise() => Changed?.Invoke();

    public static AcknowledgedRelease Release(string name, string version, long number) => new("stable", number, Digest.Of(System.Text.Encoding.UTF8.GetBytes(version)), name, version);

    public static Acknowledgement Entry(long number, AcknowledgementEvent happened, DateTimeOffset at, string? message, long? durationMs = null) => new()
    {
        Fleet = "retail",
        Site = "store-0417",
        Number = number,
        At = at,
        Event = happened,
        Release = Release("shop", "4.2.1", 42),
        Message = message,
        DurationMs = durationMs,
    };

    /// <summary>Downloads at night, activations on weekdays, and two days of stocktaking.</summary>
    private ChannelWindows NightWindows()
    {
        Blackout[] blackouts = [new(new DateOnly(2026, 12, 4), new DateOnly(2026, 12, 5), IsYearly: false, "stocktaking")];
        return new ChannelWindows(
            new WindowSchedule([new Window(CronExpression.Parse("0 22 * * *"), TimeSpan.FromHours(8), Zone)], blackouts, Zone),
            new WindowSchedule([new Window(CronExpression.Parse("0 2 * * 1-5"), TimeSpan.FromHours(2), Zone)], blackouts, Zone));
    }
}
