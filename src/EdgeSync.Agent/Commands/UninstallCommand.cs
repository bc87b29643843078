using System.CommandLine;
using System.Globalization;
using EdgeSync.Agent.Cluster;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Failures;
using EdgeSync.Agent.Setup;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives.Failures;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync uninstall</c>: takes EdgeSync out of this host. What runs goes on running, unless the operator says otherwise.</summary>
internal static class UninstallCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var registries = new Option<string?>("--k3s-registries") { Description = "k3s's registries.yaml (found when k3s is here).", HelpName = "FILE" };
        var hosts = new Option<string?>("--containerd-hosts") { Description = "containerd's certs.d folder (found when containerd is here).", HelpName = "FOLDER" };
        var workloads = new Option<bool>("--delete-workloads")
        {
            Description = "Delete from the cluster what EdgeSync has applied, except what holds data: namespaces, volumes, claims, custom resource definitions.",
        };
        var data = new Option<bool>("--delete-data") { Description = "With --delete-workloads: delete what holds data too." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would change and change nothing." };
        var yes = new Option<bool>("--yes") { Description = "Confirms --delete-workloads." };
        var command = new Command(
            "uninstall", "Take EdgeSync's mirror out of the container runtime. Workloads go on running, and configuration and state stay, so that a new installation takes over again.")
        {
            config, registries, hosts, workloads, data, dryRun, yes,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(data) && !result.GetValue(workloads))
            {
                result.AddError("--delete-data needs --delete-workloads");
            }

            if (result.GetValue(workloads) && !result.GetValue(yes) && !result.GetValue(dryRun))
            {
                result.AddError("--delete-workloads deletes what runs at this site: look at it with --dry-run, then confirm it with --yes");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new SetupRequest
            {
                ConfigurationPath = Path.GetFullPath(ConfigurationOption.Path(parsed, config)),
                K3sRegistries = FullPath(parsed.GetValue(registries)),
                ContainerdHosts = FullPath(parsed.GetValue(hosts)),
            };
            var configuration = ConfigurationOption.Load(parsed, config, checkFiles: false);
            var files = new SetupPlanner(request, AgentConfigurationLoader.ProcessEnvironment()).PlanRemoval();

            // A daemon that runs would repair what is deleted here.
            AgentDirectories.Create(configuration);
            using var stateLock = StateLock.Take(configuration.StateDirectory);
            if (parsed.GetValue(workloads))
            {
                await RemoveWorkloadsAsync(configuration, parsed.GetValue(data), parsed.GetValue(dryRun), cancellationToken);
            }

            await RemoveMirrorAsync(files, parsed.GetValue(dryRun), cancellationToken);
            Console.WriteLine($"kept: '{request.ConfigurationPath}' and '{configuration.StateDirectory}'; the package's removal or 'rm -r' deletes them");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task RemoveWorkloadsAsync(AgentConfiguration configuration, bool withData, bool isDryRun, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection().AddLogging().AddMetrics().AddSite(configuration).BuildServiceProvider();
        var removal = new WorkloadRemoval(
            services.GetRequiredService<ClusterConnection>().Client, configuration.Cluster.InventoryNamespace, TimeProvider.System);
        foreach (var plan in await removal.PlanAsync(withData, cancellationToken))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{plan.Request.ApplySetName}: {plan.Candidates.Count} of {plan.MemberCount} objects {(isDryRun ? "would be " : "are ")}deleted"));
            if (isDryRun)
            {
                foreach (var candidate in plan.Candidates)
                {
                    Console.WriteLine($"  {candidate.Id}");
                }

                continue;
            }

            var result = await removal.RunAsync(plan, new Progress(), cancellationToken);
            if (result.Failures is [var first, ..])
            {
                throw new AgentException(
                    "UninstallIncomplete",
                    string.Create(CultureInfo.InvariantCulture, $"{result.Failures.Count} objects could not be deleted: {first.Id}: {first.Failure!.Message}"),
                    first.Failure)
                {
                    Hint = "Run it again; it goes on where it stopped.",
                    ExitCode = first.Failure.ExitCode,
                };
            }
        }
    }

    private static async Task RemoveMirrorAsync(SetupPlan files, bool isDryRun, CancellationToken cancellationToken)
    {
        var needed = files.Files.Where(file => file.IsNeeded).ToList();
        if (isDryRun)
        {
            foreach (var file in needed)
            {
                Console.WriteLine($"{file.Path}: {(file.IsLeftEmpty ? "deleted" : "changed")}");
                foreach (var line in LineDiff.Between(file.Before ?? "", file.After))
                {
                    Console.WriteLine("  " + line);
                }
            }
        }
        else
        {
            foreach (var line in await new SetupApplier(TimeProvider.System).ApplyAsync(files, cancellationToken))
            {
                Console.WriteLine(line);
            }
        }

        foreach (var consequence in needed.Select(file => file.Consequence).OfType<string>())
        {
            Console.WriteLine($"next: {consequence}");
        }
    }

    private static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);

    private sealed class Progress : IProgress<ObjectChange>
    {
        public void Report(ObjectChange value) => Console.WriteLine($"  {value}");
    }
}
