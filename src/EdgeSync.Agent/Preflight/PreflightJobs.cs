using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Holds;
using EdgeSync.Contracts.Checks;
using EdgeSync.Primitives.Failures;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Preflight;

/// <summary>
/// The preflights of the running agent, one at a time, whoever asks: the command line, the site's page, HQ. A preflight does not end when who asked goes away;
/// it ends without a report when the agent stops.
/// </summary>
internal sealed partial class PreflightJobs(AgentConfiguration configuration, PreflightService service, HoldService holds, TimeProvider time, ILogger<PreflightJobs> logger) : IHostedService, IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <summary>Raised, from any thread, when more of the running preflight has changed than a bar.</summary>
    public event Action? Changed;

    /// <summary>The preflight that runs, or the last one; null before the first.</summary>
    public PreflightJob? Last { get; private set; }

    /// <summary>Begins a preflight. Raises an <see cref="AgentException"/> where one runs already, or the request is not valid.</summary>
    public PreflightJob Start(PreflightRequest request)
    {
        Check(request);
        lock (_lock)
        {
            if (!_running.IsCompleted)
            {
                throw new AgentException("PreflightRunning", $"a preflight of {Last!.Status.By} runs since {Last.Status.StartedAt:u}")
                {
                    Hint = "Wait for its end: 'edgesync status' shows it.",
                    ExitCode = ExitCodes.Waiting,
                };
            }

            var job = Last = new PreflightJob(request, time, () => Changed?.Invoke());
            LogBegins(request.By);
            _running = Task.Run(() => RunAsync(job));
            return job;
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(PreflightJob job)
    {
        try
        {
            // Over the agent's own socket, as a person would ask for each part: what a preflight does is written once.
            await job.RunAsync(new PreflightRun(configuration, job.Request, time), _stopping.Token);
            LogEnded(job.Report!.Verdict, job.Request.By, string.Join("; ", job.Report.Reasons));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            LogBrokenOff(job.Request.By);
        }
        catch (EdgeSyncException failure)
        {
            LogFailed(failure, job.Request.By, failure.Message);
        }
    }

    private void Check(PreflightRequest request)
    {
        service.Check(request.By, request.Deadline);
        foreach (var channel in request.Inspection.Channels.DefaultIfEmpty<string?>(null))
        {
            holds.Check(new HoldRequest(request.By, request.Hold ?? "preflight", channel, request.HoldUntil));
        }
    }

    [LoggerMessage(AgentEventIds.PreflightBegins, LogLevel.Information, "A preflight begins, asked for by {By}")]
    private partial void LogBegins(string by);

    [LoggerMessage(AgentEventIds.PreflightEnded, LogLevel.Information, "{Verdict}: the preflight that {By} asked for has ended. {Reasons}")]
    private partial void LogEnded(PreflightVerdict verdict, string by, string reasons);

    [LoggerMessage(AgentEventIds.PreflightBrokenOff, LogLevel.Warning, "The agent stops; the preflight that {By} asked for ends without a report")]
    private partial void LogBrokenOff(string by);

    [LoggerMessage(AgentEventIds.PreflightFailed, LogLevel.Error, "The preflight that {By} asked for has failed: {Message}")]
    private partial void LogFailed(Exception failure, string by, string message);
}
