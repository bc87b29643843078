using System.CommandLine;
using EdgeSync.Agent.Daemon;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync run</c>: the daemon.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var command = new Command("run", "Run the agent until it is stopped (SIGTERM or Ctrl-C).") { config };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = ConfigurationOption.Load(parsed, config);
            await using var host = await AgentHost.StartAsync(configuration, isQuiet: false, cancellationToken);
            await host.WaitForShutdownAsync(cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }
}
