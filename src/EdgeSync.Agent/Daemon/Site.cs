using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Agent.Trust;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Channels;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.Daemon;

/// <summary>This site as a whole: its channels' workers, its ledger, and the one status that socket, CLI and HQ show.</summary>
internal sealed class Site
{
    // HQ takes a status of 128 KiB; the details of one channel may have 16.
    private const int MaxDetailed = 4;

    private readonly SiteProfile _profile;
    private readonly Ledger _ledger;
    private readonly SiteNotices _notices;
    private readonly SiteClock _clock;
    private readonly TimeSpan _reportEvery;

    public Site(
        SiteProfile profile,
        Ledger ledger,
        HoldStore holds,
        SiteNotices notices,
        SiteClock clock,
        TimeSpan reportEvery,
        Func<Action, IReadOnlyList<ChannelWorker>> createWorkers)
    {
        _profile = profile;
        _ledger = ledger;
        _notices = notices;
        _clock = clock;
        _reportEvery = reportEvery;
        _ledger.Changed += NotifyChanged;
        Workers = createWorkers(NotifyChanged);
        Holds = holds;

        // A change that waited for the end of a hold continues at once.
        holds.Changed += LookNow;
    }

    /// <summary>Raised, from any thread, when more of the status may have changed than the time when the registry was last asked.</summary>
    public event Action? Changed;

    public IReadOnlyList<ChannelWorker> Workers { get; }

    public HoldStore Holds { get; }

    /// <summary>The trust that newer roots change; null if the keys are in the configuration.</summary>
    public SiteTrust? Trust
    {
        get;
        init
        {
            field = value;
            if (value is not null)
            {
                value.Changed += NotifyChanged;
            }
        }
    }

    /// <summary>The preflights that the agent makes; null where nobody can ask for one.</summary>
    public PreflightJobs? Preflights { get; init; }

    /// <summary>The answer to HQ's last request for a preflight; null before the first.</summary>
    public PreflightReply? PreflightReply
    {
        get;
        set
        {
            field = value;
            NotifyChanged();
        }
    }

    public SiteStatus Status()
    {
        var detailed = 0;
        var channels = Workers
            .Select(worker => worker.Status)
            .Select(status => status.Details is null || ++detailed <= MaxDetailed ? status : status with { Details = null })
            .ToList();
        return new SiteStatus
        {
            Fleet = _profile.Fleet,
            Site = _profile.Site,
            Labels = _profile.Labels,
            Agent = VersionCommand.Current,
            At = _clock.GetUtcNow(),
            ClockTrusted = _clock.IsTrusted,
            ExpectedEverySeconds = (int)_reportEvery.TotalSeconds,
            Channels = channels,
            Holds = Holds.All is { Count: > 0 } holds ? [.. holds.Select(HoldService.StatusOf)] : null,
            Notices = _notices.All,
            Evidence = _notices.Evidence,
            Trust = Trust?.Status,
            Preflight = Preflights?.Last?.Status,
            PreflightReply = PreflightReply,
            OutboxLength = _ledger.Number - _ledger.Confirmed,
            LedgerNumber = _ledger.Number,
            Fingerprint = Workers.Count == 0 ? null : SiteFingerprint.Of(Workers.Select(worker => (worker.Channel, worker.Fingerprint))),
        };
    }

    /// <summary>Makes every channel ask its registry now.</summary>
    public void LookNow()
    {
        foreach (var worker in Workers)
        {
            worker.PollNow();
        }
    }

    /// <summary>Lets every channel go on with what it waited for, without a poll.</summary>
    public void Continue()
    {
        foreach (var worker in Workers)
        {
            worker.Continue();
        }
    }

    /// <summary>Makes every channel fetch again what the cache has lost.</summary>
    public void ContentLost()
    {
        foreach (var worker in Workers)
        {
            worker.ContentLost();
        }
    }

    /// <summary>
    /// Runs one pass of these channels, or of all where none is named; ends when each has done what it can do now. Where <paramref name="windows"/> is given, the pass keeps to no windows.
    /// </summary>
    public Task PassAsync(
        IReadOnlyCollection<string> channels, IProgress<PipelineProgress> progress, WindowOverride? windows, CancellationToken cancellationToken) =>
        Task.WhenAll(Workers.Where(worker => channels.Count == 0 || channels.Contains(worker.Channel)).Select(worker => worker.PassAsync(progress, windows, cancellationToken)));

    /// <summary>Raises <see cref="Changed"/>.</summary>
    public void NotifyChanged() => Changed?.Invoke();
}
