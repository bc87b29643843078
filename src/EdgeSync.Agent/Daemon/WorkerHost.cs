using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>Runs the channels' workers for as long as the process runs. A fault of one ends them all: the process is to be started anew.</summary>
internal sealed partial class WorkerHost(Site site, ILogger<WorkerHost> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        try
        {
            await Task.WhenAll(site.Workers.Select(worker => RunAsync(worker, stop)));
        }
        finally
        {
            foreach (var worker in site.Workers)
            {
                await worker.DisposeAsync();
            }
        }
    }

    private async Task RunAsync(Reconciliation.Channels.ChannelWorker worker, CancellationTokenSource stop)
    {
        try
        {
            await worker.RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped on purpose, or by the fault of another.
        }
        catch (Exception bug)
        {
            LogWorkerEnded(worker.Channel, bug);
            await stop.CancelAsync();
            throw;
        }
    }

    [LoggerMessage(AgentEventIds.WorkerEnded, LogLevel.Critical, "Channel {Channel}: its worker ended by a fault of EdgeSync; the agent stops to be started anew")]
    private partial void LogWorkerEnded(string channel, Exception cause);
}
