using System.CommandLine;
using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Output;
using EdgeSync.Agent.State;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync status</c>: shows what this site runs, from the daemon or, if none runs, from the site's database.</summary>
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
            try
            {
                Write(await daemon.GetStatusAsync(cancellationToken) with { Live = true }, parsed.GetValue(output));
            }
            catch (LocalApiException failure) when (failure.IsAbsent)
            {
                Write(await ReadLastKnownAsync(configuration, failure, cancellationToken), parsed.GetValue(output));
                throw;
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<SiteStatus> ReadLastKnownAsync(
        AgentConfiguration configuration, LocalApiException absence, CancellationToken cancellationToken)
    {
        try
        {
            return await LastKnownStatus.ReadAsync(configuration, TimeProvider.System, cancellationToken);
        }
        catch (StorageException unread)
        {
            throw absence.And(unread);
        }
    }

    private static void Write(SiteStatus status, OutputFormat output)
    {
        if (output == OutputFormat.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(status, LocalApiJsonContext.Default.SiteStatus));
        }
        else
        {
            StatusView.Write(status, TimeProvider.System.GetUtcNow(), ConsoleOutput.Standard());
        }
    }
}
