using System.CommandLine;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Output;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.Commands;

/// <summary>
/// <c>edgesync sync</c>: runs one pass of every channel and shows its progress. A running daemon does the pass; if none runs, this process does it.
/// </summary>
internal static class SyncCommand
{
    /// <summary>How long to wait for another edgesync that holds the state lock and has no socket: it is starting or ending.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var now = new Option<bool>("--now") { Description = "Begin outside of windows and in blackouts as well, in this pass. A hold still keeps changes away." };
        var reason = new Option<string?>("--reason") { Description = "Why, with --now; it goes into the ledger with your name.", HelpName = "TEXT" };
        var by = HoldCommand.By();
        var command = new Command(
            "sync",
            "Check for releases now and apply them. Exit codes: 0 healthy or nothing to do, 1 not healthy, 3 rolled back, 4 refused "
            + "though trusted, 65 the bundle is invalid, 66 not found, 67 access denied, 69 registry or cluster did not answer, 75 waits (a hold, a window), 77 not "
            + "trusted, 78 bad configuration, 130 stopped by Ctrl-C.")
        {
            now, reason, by, config,
        };
        command.Validators.Add(result =>
        {
            var isNow = result.GetValue(now);
            if (isNow != (result.GetValue(reason) is not null))
            {
                result.AddError(isNow ? "--now needs --reason TEXT: the ledger says who overrides the windows, and why." : "--reason is for --now.");
            }
            else if (isNow && new WindowOverride(result.GetValue(by)!, result.GetValue(reason)!).FindProblem() is { } problem)
            {
                result.AddError($"{problem}.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = ConfigurationOption.Load(parsed, config);
            var windows = parsed.GetValue(now) ? new WindowOverride(parsed.GetValue(by)!, parsed.GetValue(reason)!) : null;
            var status = await SyncAsync(configuration, windows, TimeProvider.System, cancellationToken);
            StatusView.Write(status, TimeProvider.System.GetUtcNow(), ConsoleOutput.Standard());
            return SyncExitCode.Of(status.Channels);
        });
        return command;
    }

    // The process with the state lock does the pass. A socket does not prove that a daemon runs: a killed daemon leaves it behind, and another sync may just end.
    private static async Task<SiteStatus> SyncAsync(AgentConfiguration configuration, WindowOverride? windows, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (File.Exists(configuration.ControlSocket))
            {
                try
                {
                    return await AskDaemonAsync(configuration, windows, cancellationToken);
                }
                catch (LocalApiException)
                {
                    // No daemon answers, so the state lock should be free.
                }
            }

            try
            {
                return await RunHereAsync(configuration, windows, cancellationToken);
            }
            catch (StorageException failure) when (failure.Reason == StateLock.InUse && time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(AskAgain, time, cancellationToken);
            }
        }
    }

    private static async Task<SiteStatus> AskDaemonAsync(AgentConfiguration configuration, WindowOverride? windows, CancellationToken cancellationToken)
    {
        using var daemon = new LocalApiClient(configuration.ControlSocket);
        return await ProgressView.RunAsync(async view =>
        {
            SiteStatus? status = null;
            await foreach (var line in daemon.SyncAsync(windows, cancellationToken))
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

    private static async Task<SiteStatus> RunHereAsync(AgentConfiguration configuration, WindowOverride? windows, CancellationToken cancellationToken) =>
        await ProgressView.RunAsync(async view =>
        {
            await using var host = await AgentHost.CreateAsync(configuration, isOnePass: true, cancellationToken);

            // Requested before the start, so that the first pass is this one and no second pass runs.
            var pass = host.Site.PassAsync(view, windows, cancellationToken);
            await host.StartAsync(cancellationToken);
            await pass;
            return host.Site.Status();
        });
}
