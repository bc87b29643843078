using System.CommandLine;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync config check</c>: checks the configuration before a restart.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var check = new Command("check", "Check the configuration and report every fault.") { config };
        check.SetAction(parsed =>
        {
            var configuration = ConfigurationOption.Load(parsed, config);
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
