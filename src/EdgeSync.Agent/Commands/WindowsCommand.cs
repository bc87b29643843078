using System.CommandLine;
using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Output;
using EdgeSync.Agent.State;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Failures;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync windows</c>: shows when the site's windows open, and what waits for them. It works without a daemon and without a database.</summary>
internal static class WindowsCommand
{
    private static readonly TimeSpan Furthest = TimeSpan.FromDays(400);

    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var output = OutputOption.Create();
        var next = new Option<string>("--next")
        {
            Description = "How far to look ahead, such as 24h or 7d; at most 400d.",
            HelpName = "TIME",
            DefaultValueFactory = _ => "7d",
        };
        next.Validators.Add(result =>
        {
            var text = result.GetValueOrDefault<string>();
            if (!UnitText.TryDuration(text, out var duration, out var problem))
            {
                result.AddError($"--next: {problem}.");
            }
            else if (duration <= TimeSpan.Zero || duration > Furthest)
            {
                result.AddError($"--next: '{text}' is out of bounds; write up to {UnitText.Duration(Furthest)}.");
            }
        });
        var command = new Command("windows", "Show when downloads and activations may begin, and what waits for that.") { next, config, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = ConfigurationOption.Load(parsed, config, checkFiles: false);
            _ = UnitText.TryDuration(parsed.GetValue(next)!, out var ahead, out _);
            var view = WindowsView.Of(configuration, await ReadStatusAsync(configuration, cancellationToken), TimeProvider.System.GetUtcNow(), ahead);
            if (parsed.GetValue(output) == OutputFormat.Json)
            {
                Console.WriteLine(JsonSerializer.Serialize(view, WindowsJsonContext.Default.WindowsView));
            }
            else
            {
                view.Write(ConsoleOutput.Standard());
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    // Null where neither a daemon nor a database says anything, as before the first start.
    private static async Task<SiteStatus?> ReadStatusAsync(AgentConfiguration configuration, CancellationToken cancellationToken)
    {
        using var daemon = new LocalApiClient(configuration.ControlSocket);
        try
        {
            return await daemon.GetStatusAsync(cancellationToken);
        }
        catch (LocalApiException)
        {
            try
            {
                return await LastKnownStatus.ReadAsync(configuration, TimeProvider.System, cancellationToken);
            }
            catch (StorageException)
            {
                return null;
            }
        }
    }
}
