using System.CommandLine;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Output;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary>
/// <c>edgesync sync</c>: one pass of every channel, with progress. A running daemon does it; where none runs, this process does it itself.
/// </summary>
internal static class SyncCommand
{
    /// <summary>How long to wait for another edgesync that has the state but no socket: one that starts, or one that ends.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var command = new Command(
            "sync",
            "Look for releases now, and bring the cluster there. Exit codes: 0 healthy or nothing to do, 1 not healthy, 3 rolled back, 4 refused "
            + "though trusted, 65 the bundle is wrong, 66 not there, 67 not let in, 69 registry or cluster did not answer, 75 waits (a hold), 77 not "
            + "trusted, 78 bad configuration, 130 stopped by Ctrl-C.")
        {
            config,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = ConfigurationOption.Load(parsed, config);
            var status = await SyncAsync(configuration, TimeProvider.System, cancellationToken);
            StatusView.Write(status, TimeProvider.System.GetUtcNow(), ConsoleOutput.Standard());
            return SyncExitCode.Of(status.Channels);
        });
        return command;
    }

    // Whoever has the state does the pass. A socket alone says little: a killed daemon leaves it behind, and another sync ends when it is done.
    private static async Task<SiteStatus> SyncAsync(AgentConfiguration configuration, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (File.Exists(configuration.ControlSocket))
            {
                try
                {
                    return await AskDaemonAsync(configuration, cancellationToken);
                }
                catch (LocalApiException)
                {
                    // Nobody is there any more; so the state should be free.
                }
            }

            try
            {
                return await RunHereAsync(configuration, cancellationToken);
            }
            catch (StorageException failure) when (failure.Reason == StateLock.InUse && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(AskAgain, time, cancellationToken);
            }
        }
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
            await using var host = await AgentHost.CreateAsync(configuration, isQuiet: true, cancellationToken);

            // Asked for before the start, so that the first pass is the one, and there is no second.
            var pass = host.Site.PassAsync(view, cancellationToken);
            await host.StartAsync(cancellationToken);
            await pass;
            return host.Site.Status();
        });
}
