using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>Runs the channels' workers as long as the process runs. If one fails, all end and the host stops, so that the service manager restarts the process.</summary>
internal sealed partial class WorkerHost(Site site, IHostApplicationLifetime lifetime, ILogger<WorkerHost> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The server starts last. A start that fails because the local API cannot listen must change nothing.
        await lifetime.WaitForStartedAsync(stoppingToken);
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
            // The host stops, or another worker failed.
        }
        catch (Exception bug)
        {
            LogWorkerEnded(worker.Channel, bug);
            await stop.CancelAsync();
            throw;
        }
    }

    [LoggerMessage(AgentEventIds.WorkerEnded, LogLevel.Critical, "Channel {Channel}: its worker failed; the agent stops so that the service manager restarts it")]
    private partial void LogWorkerEnded(string channel, Exception cause);
}
