using EdgeSync.Agent.Commands;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.Preflight;

/// <summary>One preflight from the reload to the entry in the ledger.</summary>
internal sealed class PreflightRun(AgentConfiguration configuration, PreflightRequest request, TimeProvider machine)
{
    /// <summary>How long HQ may take to confirm what the reload has acknowledged, before the checks look.</summary>
    private static readonly TimeSpan OutboxPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    private readonly List<string> _reasons = [];
    private SiteStatus? _reloaded;

    /// <summary>
    /// Reloads the channels. With a deadline nothing begins that does not fit, and what is late is rolled back by the agent; this waits until the deadline at
    /// the latest. A reload that fails is a reason against GO and not the end: the checks say more. <paramref name="isResumed"/> where an agent had begun it and was killed.
    /// </summary>
    public async Task ReloadAsync(IProgress<PipelineProgress> progress, CancellationToken cancellationToken, bool isResumed = false)
    {
        // One that is over was stored by the agent that was killed, and what is left is to say so.
        if (request.Deadline is { } deadline && !(isResumed && deadline <= machine.GetUtcNow()))
        {
            var order = new PreflightOrder(request.By, deadline, deadline + request.Inspection.Mission);
            await SiteAccess.AskAsync(configuration, daemon => daemon.BeginPreflightAsync(order, cancellationToken), (PreflightService service) => Task.FromResult(service.Begin(order)));
        }

        using var late = new CancellationTokenSource();
        if (request.Deadline is { } end)
        {
            late.CancelAfter(end - machine.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            _reloaded = await new SiteReload(configuration, machine).RunAsync(request.Inspection.Channels, new WindowOverride(request.By, "preflight"), progress, either.Token);
            await AwaitOutboxAsync(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            _reasons.Add($"the deadline {request.Deadline:u} came before the reload was over");
        }
        catch (EdgeSyncException failure)
        {
            _reasons.Add($"the reload failed: {failure.Message} ({failure.Reason})");
        }
    }

    /// <summary>Runs the checks, decides, sets the hold, and writes the report into the ledger.</summary>
    public async Task<PreflightReport> CheckAsync(DateTimeOffset started, IProgress<CheckResult> progress, CancellationToken cancellationToken)
    {
        using var inspection = await SiteInspection.OpenAsync(configuration, machine, cancellationToken);
        var now = inspection.Now;
        var checks = await inspection.RunAsync(request.Inspection with { SeenSince = started, Reloaded = _reloaded, Mission = MissionEnds(now) - now }, progress, cancellationToken);
        var reasons = _reasons.Concat(checks.Where(check => check.Outcome == CheckOutcome.Failed).Select(check => $"{check.Check}: {check.Found}")).ToList();
        var report = new PreflightReport
        {
            Fleet = configuration.Fleet,
            Site = configuration.Site,
            At = started,
            EndedAt = machine.GetUtcNow(),
            By = request.By,
            Verdict = reasons.Count == 0 ? PreflightVerdict.Go : PreflightVerdict.NoGo,
            Reasons = reasons,
            Deadline = request.Deadline,
            MissionEnds = request.Inspection.Mission > TimeSpan.Zero ? MissionEnds(now) : null,
            Running = Running(await inspection.ReadStatusAsync(cancellationToken)),
            Checks = checks,
        };
        if (request.Hold is { } reason && report.Verdict == PreflightVerdict.Go)
        {
            await HoldAsync(reason, cancellationToken);
            report = report with { Hold = reason };
        }

        return report;
    }

    /// <summary>Writes the report into the ledger. Returns why it is not there, or null: the answer stands all the same.</summary>
    public async Task<string?> TryAcknowledgeAsync(PreflightReport report, CancellationToken cancellationToken)
    {
        try
        {
            await SiteAccess.AskAsync(
                configuration, daemon => daemon.AcknowledgePreflightAsync(PreflightService.ForLedger(report), cancellationToken), (PreflightService service) => Task.FromResult(service.Acknowledge(report)));
            return null;
        }
        catch (EdgeSyncException failure)
        {
            return $"the report is not in the ledger: {failure.Message} ({failure.Reason})";
        }
    }

    // The mission begins at the deadline, or now.
    private DateTimeOffset MissionEnds(DateTimeOffset now) => (request.Deadline > now ? request.Deadline.Value : now) + request.Inspection.Mission;

    private IReadOnlyList<AcknowledgedRelease> Running(SiteStatus status) =>
    [
        .. status.Channels.Where(channel => request.Inspection.Channels.Count == 0 || request.Inspection.Channels.Contains(channel.Channel)).Select(channel => channel.Running).OfType<AcknowledgedRelease>(),
    ];

    private async Task HoldAsync(string reason, CancellationToken cancellationToken)
    {
        var holds = new HoldClient(configuration);
        foreach (var channel in request.Inspection.Channels.DefaultIfEmpty<string?>(null))
        {
            await holds.SetAsync(new HoldRequest(request.By, reason, channel, request.HoldUntil), cancellationToken);
        }
    }

    private async Task AwaitOutboxAsync(CancellationToken cancellationToken)
    {
        if (configuration.Hq is null)
        {
            return;
        }

        var started = machine.GetTimestamp();
        using var daemon = new LocalApiClient(configuration.ControlSocket);
        try
        {
            while ((await daemon.GetStatusAsync(cancellationToken)).OutboxLength > 0 && machine.GetElapsedTime(started) < OutboxPatience)
            {
                await Task.Delay(AskAgain, machine, cancellationToken);
            }
        }
        catch (LocalApiException)
        {
            // No daemon runs: nobody sends anything now, and the check of the outbox says so.
        }
    }
}
