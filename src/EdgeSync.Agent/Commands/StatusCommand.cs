using System.CommandLine;
using System.Text.Json;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Output;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync status</c>: what this site runs, as the daemon says it.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var output = OutputOption.Create();
        var command = new Command("status", "Show what this site runs, what is on its way, and what is wrong.") { config, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = ConfigurationOption.Load(parsed, config, checkFiles: false);
            using var daemon = new LocalApiClient(configuration.ControlSocket);
            var status = await daemon.GetStatusAsync(cancellationToken);
            if (parsed.GetValue(output) == OutputFormat.Json)
            {
                Console.WriteLine(JsonSerializer.Serialize(status, LocalApiJsonContext.Default.SiteStatus));
            }
            else
            {
                StatusView.Write(status, TimeProvider.System.GetUtcNow(), Terminal.Standard());
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
