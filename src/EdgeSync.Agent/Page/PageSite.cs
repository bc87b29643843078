using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Page.Views;
using EdgeSync.Agent.Preflight;
using EdgeSync.Agent.State;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.Page;

/// <summary>This site for its page.</summary>
internal sealed class PageSite(
    AgentConfiguration configuration, Site site, HoldService holds, PreflightJobs preflights, Ledger ledger, LedgerReader reader) : IPageSite
{
    private const int MostEntries = 60;

    private readonly Lock _lock = new();
    private (long Number, IReadOnlyList<Acknowledgement> Entries) _newest = (-1, []);

    public event Action? Changed
    {
        add => site.Changed += value;
        remove => site.Changed -= value;
    }

    public TimeZoneInfo Zone => configuration.TimeZone;

    public bool HasHq => configuration.Hq is not null;

    public IReadOnlyList<(string Channel, ChannelWindows Windows)> Windows { get; } =
        [.. configuration.Channels.Select(channel => (channel.Name, configuration.WindowsOf(channel)))];

    public PreflightView? Preflight => preflights.Last is { } job
        ? new PreflightView
        {
            By = job.Request.By,
            At = job.Status.StartedAt,
            Deadline = job.Request.Deadline,
            IsRunning = job.Status.Phase != PreflightPhase.Done,
            Progress = job.Progress,
            Checks = job.Checks,
            Report = job.Report,
            Failure = job.NotInLedger,
        }
        : Newest().Select(entry => entry.Preflight).OfType<PreflightReport>().Select(report => new PreflightView { By = report.By, At = report.At, Report = report }).FirstOrDefault();

    public SiteStatus Status() => site.Status();

    public IReadOnlyList<Acknowledgement> Newest()
    {
        lock (_lock)
        {
            if (_newest.Number != ledger.Number)
            {
                _newest = (ledger.Number, [.. reader.NewestFirst().Take(MostEntries)]);
            }

            return _newest.Entries;
        }
    }

    public void Hold(HoldRequest request) => holds.Set(request);

    public void Release(HoldEnding ending) => holds.Clear(ending);

    public void Begin(PreflightOptions options) => preflights.Start(new PreflightRequest
    {
        Inspection = new InspectionRequest { Mission = options.Mission, By = options.By },
        By = options.By,
        Deadline = options.Deadline,
        Hold = options.Hold,
    });
}
