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
            try
            {
                await using var host = await AgentHost.CreateAsync(configuration, isOnePass: false, cancellationToken);
                await host.StartAsync(cancellationToken);
                return await host.WaitForShutdownAsync(cancellationToken) ? ExitCodes.Ok : ExitCodes.Failure;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Stopped during the start: for a daemon that is a normal end.
                return ExitCodes.Ok;
            }
        });
        return command;
    }
}
