using System.CommandLine;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary>
/// <c>edgesync sync</c>: one pass of every channel, with progress. A running daemon does it; where none runs, this process does it itself.
/// </summary>
internal static class SyncCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var command = new Command(
            "sync",
            "Look for releases now, and bring the cluster there. Exit codes: 0 healthy or nothing to do, 1 failed, 69 something did not answer, 77 not trusted.")
        {
            config,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = ConfigurationOption.Load(parsed, config);
            var status = File.Exists(configuration.ControlSocket)
                ? await AskDaemonAsync(configuration, cancellationToken)
                : await RunHereAsync(configuration, cancellationToken);
            StatusView.Write(status, TimeProvider.System.GetUtcNow());
            return status.Channels.Select(ExitCodeOf).DefaultIfEmpty(ExitCodes.Ok).Max();
        });
        return command;
    }

    private static async Task<SiteStatus> AskDaemonAsync(AgentConfiguration configuration, CancellationToken cancellationToken)
    {
        using var daemon = new LocalApiClient(configuration.ControlSocket);
        return await ProgressView.RunAsync(async view =>
        {
            SiteStatus? status = null;
            await foreach (var line in daemon.SyncAsync(cancellationToken))
            {
                status = line.Status ?? status;
                if (line.Progress is { } progress)
                {
                    view.Report(progress);
                }
            }

            return status ?? throw new LocalApiException(configuration.ControlSocket, "it ended before the pass did");
        });
    }

    private static async Task<SiteStatus> RunHereAsync(AgentConfiguration configuration, CancellationToken cancellationToken) =>
        await ProgressView.RunAsync(async view =>
        {
            await using var host = await AgentHost.StartAsync(configuration, isQuiet: true, cancellationToken);
            await host.Site.PassAsync(view, cancellationToken);
            return host.Site.Status();
        });

    private static int ExitCodeOf(ChannelStatus channel) => (channel.State, channel.Reason) switch
    {
        (ChannelState.Rejected, _) => ExitCodes.NotTrusted,
        (ChannelState.Failed or ChannelState.RolledBack or ChannelState.Degraded, _) => ExitCodes.Failure,
        (ChannelState.Progressing, not null) => ExitCodes.Unavailable,
        (ChannelState.Healthy or ChannelState.Empty, not null) => ExitCodes.Unavailable,
        _ => ExitCodes.Ok,
    };
}
