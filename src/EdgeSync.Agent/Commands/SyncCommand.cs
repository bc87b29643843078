using System.CommandLine;
using EdgeSync.Agent.Output;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Agent.Commands;

/// <summary>
/// <c>edgesync sync</c>: runs one pass of every channel and shows its progress. A running daemon does the pass; if none runs, this process does it.
/// </summary>
internal static class SyncCommand
{
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
            var status = await ProgressView.RunAsync(
                progress => new SiteReload(configuration, TimeProvider.System).RunAsync([], windows, progress, cancellationToken));
            StatusView.Write(status, TimeProvider.System.GetUtcNow(), ConsoleOutput.Standard());
            return SyncExitCode.Of(status.Channels);
        });
        return command;
    }
}
