using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.Commands;

/// <summary>Runs one pass of channels for a verb. A running daemon does the pass; if none runs, this process does it.</summary>
internal sealed class SiteReload(AgentConfiguration configuration, TimeProvider time)
{
    /// <summary>
    /// The site's status after the pass of these channels (none for all), outside of windows too where <paramref name="windows"/> says who lets it. The process with the state lock does the pass. A socket does not prove that a daemon
    /// runs: a killed daemon leaves it behind, and another sync may just end.
    /// </summary>
    public Task<SiteStatus> RunAsync(
        IReadOnlyCollection<string> channels, WindowOverride? windows, IProgress<PipelineProgress> progress, CancellationToken cancellationToken) =>
        SiteAccess.AskOrRunAsync(
            configuration,
            time,
            daemon => AskDaemonAsync(daemon, channels, windows, progress, cancellationToken),
            () => RunHereAsync(channels, windows, progress, cancellationToken),
            cancellationToken);

    private async Task<SiteStatus> AskDaemonAsync(
        LocalApiClient daemon, IReadOnlyCollection<string> channels, WindowOverride? windows, IProgress<PipelineProgress> progress, CancellationToken cancellationToken)
    {
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
