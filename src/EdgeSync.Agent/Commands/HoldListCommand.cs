using System.CommandLine;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync hold list</c>.</summary>
internal static class HoldListCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var output = OutputOption.Create();
        var command = new Command("list", "Show who holds what, why, and until when.") { config, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var answer = await HoldDoor.AskAsync(
                ConfigurationOption.Load(parsed, config, checkFiles: false),
                daemon => daemon.ListHoldsAsync(cancellationToken),
                desk => desk.List(),
                cancellationToken);
            HoldView.Write(answer, parsed.GetValue(output));
            return ExitCodes.Ok;
        });
        return command;
    }
}
