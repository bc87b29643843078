using System.CommandLine;
using EdgeSync.Agent.Configuration;

namespace EdgeSync.Agent.Commands;

/// <summary>The option <c>--config</c>, and the configuration that it names.</summary>
internal static class ConfigurationOption
{
    public static Option<string?> Create() => new("--config", "-c")
    {
        Description = $"The configuration file (default: {AgentConfigurationLoader.PathVariable}, else {AgentConfiguration.DefaultPath}).",
        HelpName = "FILE",
    };

    public static string Path(ParseResult parsed, Option<string?> option) =>
        AgentConfigurationLoader.ChoosePath(parsed.GetValue(option), AgentConfigurationLoader.ProcessEnvironment());

    /// <summary>The configuration with the overrides from the environment. Throws <see cref="ConfigurationException"/>.</summary>
    public static AgentConfiguration Load(ParseResult parsed, Option<string?> option, bool checkFiles = true) =>
        AgentConfigurationLoader.Load(Path(parsed, option), AgentConfigurationLoader.ProcessEnvironment(), checkFiles);
}
