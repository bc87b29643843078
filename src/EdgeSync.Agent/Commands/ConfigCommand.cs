using System.CommandLine;
using EdgeSync.Agent.Configuration;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync config check</c>: checks the configuration before a restart.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var check = new Command("check", "Check the configuration and the files that it names, the kubeconfig among them, and report every fault. Connects to nothing.") { config };
        check.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = ConfigurationOption.Load(parsed, config);
            if (configuration.Trust.Root is null)
            {
                await configuration.Trust.LoadPolicyAsync(cancellationToken);
            }

            CheckKubeconfig(configuration.Cluster.Kubeconfig);
            foreach (var warning in configuration.Warnings)
            {
                Console.Error.WriteLine($"warning: {warning}");
            }

            Console.WriteLine($"{configuration.Path}: OK (site {configuration.Site} of fleet {configuration.Fleet}, {configuration.Channels.Count} channel(s))");
            return ExitCodes.Ok;
        });
        return new Command("config", "Work with the configuration file.") { check };
    }

    // A configuration may be checked before k3s is installed, or where it is not.
    private static void CheckKubeconfig(string path)
    {
        if (path == ClusterSection.DefaultKubeconfig && FileFaults.FindUnreadable(path) is { } why)
        {
            Console.Error.WriteLine($"warning: the kubeconfig '{path}' was not checked: {why}; k3s writes it at its first start, for root alone");
            return;
        }

        Kubeconfig.Load(path).CheckLogin();
    }
}
