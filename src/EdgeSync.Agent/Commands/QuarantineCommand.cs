using System.CommandLine;
using System.Text.Json;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync quarantine</c>: the bundles that failed here, and which of them a person lets be tried again.</summary>
internal static class QuarantineCommand
{
    public static Command Create() => new(
        "quarantine", "Bundles that failed at this site. None of them is tried again until it is lifted, or a release with --retry-failed names it.")
    {
        CreateList(),
        CreateLift(),
    };

    private static Command CreateList()
    {
        var config = ConfigurationOption.Create();
        var output = OutputOption.Create();
        var command = new Command("list", "Show which bundles failed here, with which release, and why.") { config, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var answer = await SiteAccess.AskAsync(
                ConfigurationOption.Load(parsed, config, checkFiles: false),
                daemon => daemon.ListQuarantineAsync(cancellationToken),
                (QuarantineService quarantine) => Task.FromResult(quarantine.List()));
            Write(answer, parsed.GetValue(output));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command CreateLift()
    {
        var config = ConfigurationOption.Create();
        var output = OutputOption.Create();
        var by = HoldCommand.By();
        var channel = HoldCommand.Channel("On this channel only (default: on every channel).");
        var digest = new Argument<string>("DIGEST") { Description = "The bundle, as 'edgesync quarantine list' shows it, or at least its first 12 digits." };
        var command = new Command("lift", "Let a bundle be tried again. Where it is what failed last, the site tries it at once.")
        {
            digest, channel, by, config, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new QuarantineLift(parsed.GetValue(digest)!, parsed.GetValue(by)!, parsed.GetValue(channel));
            var answer = await SiteAccess.AskAsync(
                ConfigurationOption.Load(parsed, config, checkFiles: false),
                daemon => daemon.LiftQuarantineAsync(request, cancellationToken),
                (QuarantineService quarantine) => Task.FromResult(quarantine.Lift(request, site: null)));
            Write(answer, parsed.GetValue(output));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(QuarantineAnswer answer, OutputFormat format)
    {
        if (format == OutputFormat.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(answer, LocalApiJsonContext.Default.QuarantineAnswer));
            return;
        }

        foreach (var entry in answer.Lifted)
        {
            Console.WriteLine($"lifted:     {Describe(entry)}");
        }

        foreach (var entry in answer.Quarantined)
        {
            Console.WriteLine($"quarantine: {Describe(entry)}");
        }

        if (answer.Quarantined.Count == 0)
        {
            Console.WriteLine("No bundle is in quarantine.");
        }
    }

    private static string Describe(QuarantineEntry entry)
    {
        var since = entry.Since is { } at ? $" at {at:u}" : "";
        return $"channel {entry.Channel}: {entry.Digest} failed with release {entry.Sequence}{since}, {entry.Reason}: {entry.Message}";
    }
}
