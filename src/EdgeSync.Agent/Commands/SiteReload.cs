using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.Commands;

/// <summary>Runs one pass of channels for a verb. A running daemon does the pass; if none runs, this process does it.</summary>
internal sealed class SiteReload(AgentConfiguration configuration, TimeProvider time)
{
    /// <summary>How long to wait for another edgesync that holds the state lock and has no socket: it is starting or ending.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The site's status after the pass of these channels (none for all), outside of windows too where <paramref name="windows"/> says who lets it. The process with the state lock does the pass. A socket does not prove that a daemon
    /// runs: a killed daemon leaves it behind, and another sync may just end.
    /// </summary>
    public async Task<SiteStatus> RunAsync(
        IReadOnlyCollection<string> channels, WindowOverride? windows, IProgress<PipelineProgress> progress, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (File.Exists(configuration.ControlSocket))
            {
                try
                {
                    return await AskDaemonAsync(channels, windows, progress, cancellationToken);
                }
                catch (LocalApiException)
                {
                    // No daemon answers, so the state lock should be free.
                }
            }

            try
            {
                return await RunHereAsync(channels, windows, progress, cancellationToken);
            }
            catch (StorageException failure) when (failure.Reason == StateLock.InUse && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(AskAgain, time, cancellationToken);
            }
        }
    }

    private async Task<SiteStatus> AskDaemonAsync(
        IReadOnlyCollection<string> channels, WindowOverride? windows, IProgress<PipelineProgress> progress, CancellationToken cancellationToken)
    {
        using var daemon = new LocalApiClient(configuration.ControlSocket);
        SiteStatus? status = null;
        await foreach (var line in daemon.SyncAsync(channels, windows, cancellationToken))
        {
            status = line.Status ?? status;
            if (line.Progress is { } step)
            {
                progress.Report(step);
            }
        }

        return status ?? throw new LocalApiException(configuration.ControlSocket, "it ended before the pass did");
    }

    private async Task<SiteStatus> RunHereAsync(
        IReadOnlyCollection<string> channels, WindowOverride? windows, IProgress<PipelineProgress> progress, CancellationToken cancellationToken)
    {
        await using var host = await AgentHost.CreateAsync(configuration, isOnePass: true, cancellationToken);

        // Requested before the start, so that the first pass is this one and no second pass runs.
        var pass = host.Site.PassAsync(channels, progress, windows, cancellationToken);
        await host.StartAsync(cancellationToken);
        await pass;
        return host.Site.Status();
    }
}
