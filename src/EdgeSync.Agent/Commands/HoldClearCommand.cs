using System.CommandLine;
using EdgeSync.Agent.Holds;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync hold clear</c>.</summary>
internal static class HoldClearCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var output = OutputOption.Create();
        var by = HoldCommand.By();
        var channel = HoldCommand.Channel("Only holds of this channel (default: of the site and of every channel).");
        var of = new Option<string?>("--of") { Description = "End the holds of this person or device (default: your own).", HelpName = "NAME" };
        var all = new Option<bool>("--all") { Description = "End everybody's holds." };
        var command = new Command("clear", "End holds: your own, somebody's, or all. Changes that waited continue at once.") { of, all, channel, by, config, output };
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) && result.GetValue(of) is not null)
            {
                result.AddError("--all and --of exclude each other.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var who = parsed.GetValue(by)!;
            var ending = new HoldEnding(who, parsed.GetValue(all) ? null : parsed.GetValue(of) ?? who, parsed.GetValue(channel));
            var answer = await new HoldClient(ConfigurationOption.Load(parsed, config, checkFiles: false)).ClearAsync(ending, cancellationToken);
            HoldView.Write(answer, parsed.GetValue(output));
            return ExitCodes.Ok;
        });
        return command;
    }
}
