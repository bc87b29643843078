using System.CommandLine;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync config check</c>: is the configuration right, before a restart finds out.</summary>
internal static class ConfigCommand
{
    public static Command Create()
    {
        var config = ConfigurationOption.Create();
        var check = new Command("check", "Read the configuration and say everything that is wrong with it.") { config };
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
