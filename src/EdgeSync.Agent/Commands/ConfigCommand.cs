using System.CommandLine;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync config check</c>: checks the configuration before a restart.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var check = new Command("check", "Check the configuration and the keys that it names, and report every fault.") { config };
        check.SetAction(async (parsed, cancellationToken) =>
        {
            var configuration = ConfigurationOption.Load(parsed, config);
            if (configuration.Trust.Root is null)
            {
                await configuration.Trust.LoadPolicyAsync(cancellationToken);
            }

            foreach (var warning in configuration.Warnings)
            {
                Console.Error.WriteLine($"warning: {warning}");
            }

            Console.WriteLine($"{configuration.Path}: OK (site {configuration.Site} of fleet {configuration.Fleet}, {configuration.Channels.Count} channel(s))");
            return ExitCodes.Ok;
        });
        return new Command("config", "Work with the configuration file.") { check };
    }
}
