using System.CommandLine;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Setup;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync setup</c>: prepares this host and keeps its existing settings.</summary>
internal static class SetupCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var site = new Option<string?>("--site") { Description = "This site's name, for the first configuration.", HelpName = "NAME" };
        var fleet = new Option<string?>("--fleet") { Description = "The fleet's name, for the first configuration.", HelpName = "NAME" };
        var registries = new Option<string?>("--k3s-registries") { Description = "k3s's registries.yaml (found when k3s is here).", HelpName = "FILE" };
        var hosts = new Option<string?>("--containerd-hosts") { Description = "containerd's certs.d folder (found when containerd is here).", HelpName = "FOLDER" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would change and change nothing." };
        var command = new Command("setup", "Point the container runtime at EdgeSync's mirror, and write a first configuration. Safe to repeat.")
        {
            config, site, fleet, registries, hosts, dryRun,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new SetupRequest
            {
                ConfigurationPath = Path.GetFullPath(ConfigurationOption.Path(parsed, config)),
                Site = parsed.GetValue(site),
                Fleet = parsed.GetValue(fleet),
                K3sRegistries = FullPath(parsed.GetValue(registries)),
                ContainerdHosts = FullPath(parsed.GetValue(hosts)),
            };
            var plan = new SetupPlanner(request, AgentConfigurationLoader.ProcessEnvironment()).Plan();
            if (parsed.GetValue(dryRun))
            {
                Show(plan);
            }
            else
            {
                await ApplyAsync(plan, cancellationToken);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);

    private static void Show(SetupPlan plan)
    {
        foreach (var file in plan.Files)
        {
            Console.WriteLine(file.IsNeeded ? $"{file.Path}: {(file.Before is null ? "new" : "changed")}" : $"{file.Path}: right as it is");
            foreach (var line in file.IsNeeded ? LineDiff.Between(file.Before ?? "", file.After) : [])
            {
                Console.WriteLine("  " + line);
            }
        }

        Conclude(plan);
    }

    private static async Task ApplyAsync(SetupPlan plan, CancellationToken cancellationToken)
    {
        var done = await new SetupApplier(TimeProvider.System).ApplyAsync(plan, cancellationToken);
        foreach (var line in done.Count > 0 ? done : ["nothing to do: this host is set up"])
        {
            Console.WriteLine(line);
        }

        Conclude(plan);
    }

    private static void Conclude(SetupPlan plan)
    {
        foreach (var note in plan.Notes)
        {
            Console.WriteLine($"note: {note}");
        }

        foreach (var file in plan.Files.Where(file => file is { IsNeeded: true, Consequence: not null }))
        {
            Console.WriteLine($"next: {file.Consequence}");
        }
    }
}
