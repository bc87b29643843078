using System.CommandLine;
using EdgeSync.Agent.Holds;
using EdgeSync.Agent.Publishing;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync hold set</c>.</summary>
internal static class HoldSetCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var output = OutputOption.Create();
        var by = HoldCommand.By();
        var channel = HoldCommand.Channel("Hold this channel only (default: the whole site).");
        var reason = new Option<string>("--reason") { Description = "Why; shown at the site and at HQ.", HelpName = "TEXT", Required = true };
        var until = new Option<string?>("--until")
        {
            Description = "When it ends by itself: 4h, 2d, or 2026-12-24T18:00:00Z (default: when somebody clears it).",
            HelpName = "TIME",
        };
        until.Validators.Add(result =>
        {
            if (result.GetValue(until) is { } text && TimeArgument.TryParse(text) is null)
            {
                result.AddError($"'{text}' is no time; {TimeArgument.Rule}.");
            }
        });
        var command = new Command("set", "Hold the site, or one channel. A second hold by the same person replaces the first.")
        {
            reason, until, channel, by, config, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var end = parsed.GetValue(until) is { } text ? TimeArgument.TryParse(text) : null;
            var request = new HoldRequest(
                parsed.GetValue(by)!, parsed.GetValue(reason)!, parsed.GetValue(channel), end?.At, (long?)end?.After?.TotalSeconds);
            var answer = await new HoldClient(ConfigurationOption.Load(parsed, config, checkFiles: false)).SetAsync(request, cancellationToken);
            HoldView.Write(answer, parsed.GetValue(output));
            return ExitCodes.Ok;
        });
        return command;
    }
}
