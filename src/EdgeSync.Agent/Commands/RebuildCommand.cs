using System.CommandLine;
using System.Text.Json;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync rebuild</c>: a person lets the site be rebuilt in a cluster that was installed again.</summary>
internal static class RebuildCommand
{
    public static Command Create()
    {
        var channel = HoldCommand.Channel("This channel only (default: every channel of the site).");
        var yes = new Option<bool>("--yes") { Description = "Allow it. Without it, nothing is changed." };
        var by = HoldCommand.By();
        var config = ConfigurationOption.Create();
        var output = OutputOption.Create();
        var command = new Command(
            "rebuild",
            "Show whether this is another cluster than before, and with --yes let the agent write everything to it. For sites with 'cluster.rebuild: manual'; it counts for the cluster that is "
            + "there now, and not for a later one. Exit codes: 0 nothing to rebuild, or allowed; 2 something to rebuild.")
        {
            channel, yes, by, config, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new RebuildRequest(parsed.GetValue(by)!, parsed.GetValue(yes), parsed.GetValue(channel));
            var answer = await SiteAccess.AskAsync(
                ConfigurationOption.Load(parsed, config, checkFiles: false),
                daemon => daemon.RebuildAsync(request, cancellationToken),
                (RebuildService rebuild) => rebuild.AskAsync(request, site: null, cancellationToken));
            Write(answer, parsed.GetValue(output));
            return answer.Allowed || answer.Channels.Count == 0 ? ExitCodes.Ok : ExitCodes.Changes;
        });
        return command;
    }

    private static void Write(RebuildAnswer answer, OutputFormat format)
    {
        if (format == OutputFormat.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(answer, LocalApiJsonContext.Default.RebuildAnswer));
            return;
        }

        foreach (var entry in answer.Channels)
        {
            var before = entry.Before is { } cluster ? $"it was kept in {cluster}" : "it is new at this site, which was kept in another cluster";
            Console.WriteLine($"channel {entry.Channel}: {entry.Bundle ?? "its release"} {(answer.Allowed ? "is" : "would be")} written to the cluster {answer.Cluster}; {before}");
            if (entry.Message is { } message)
            {
                Console.WriteLine($"    {message}");
            }
        }

        Console.WriteLine(
            answer.Channels.Count == 0 ? $"Nothing to rebuild: the site is kept in the cluster {answer.Cluster}, or may be."
            : answer.Allowed ? "Allowed. The agent begins at once, or when it starts."
            : "Nothing was changed; run it again with --yes.");
    }
}
