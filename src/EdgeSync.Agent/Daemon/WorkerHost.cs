using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Daemon;

/// <summary>Runs the channels' workers for as long as the process runs.</summary>
internal sealed partial class WorkerHost(Site site, IHostApplicationLifetime lifetime, ILogger<WorkerHost> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(site.Workers.Select(worker => RunAsync(worker, stoppingToken)));
        foreach (var worker in site.Workers)
        {
            await worker.DisposeAsync();
        }
    }

    private async Task RunAsync(Reconciliation.Channels.ChannelWorker worker, CancellationToken stoppingToken)
    {
        try
        {
            await worker.RunAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped on purpose.
        }
#pragma warning disable CA1031 // The worker loop's last line of defence: end the process loudly, so that systemd starts a fresh one.
        catch (Exception bug)
        {
            LogWorkerEnded(worker.Channel, bug);
            lifetime.StopApplication();
        }
#pragma warning restore CA1031
    }

    [LoggerMessage(AgentEventIds.WorkerEnded, LogLevel.Critical, "Channel {Channel}: its worker ended by a fault of EdgeSync; the agent stops to be started anew")]
    private partial void LogWorkerEnded(string channel, Exception cause);
}
