using System.CommandLine;
using EdgeSync.Agent.Holds;
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
            var answer = await new HoldClient(ConfigurationOption.Load(parsed, config, checkFiles: false)).ListAsync(cancellationToken);
            HoldView.Write(answer, parsed.GetValue(output));
            return ExitCodes.Ok;
        });
        return command;
    }
}
