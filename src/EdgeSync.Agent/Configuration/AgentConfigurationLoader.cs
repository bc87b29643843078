using System.Collections;
using EdgeSync.Agent.Trust;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary>Reads the configuration file and applies the environment variables that override it.</summary>
internal static class AgentConfigurationLoader
{
    /// <summary>The variable that names the file when <c>--config</c> does not.</summary>
    public const string PathVariable = "EDGESYNC_CONFIG";

    /// <summary>
    /// The configuration, or <see cref="ConfigurationException"/> with every fault. Without <paramref name="checkFiles"/> the files that it
    /// names do not have to exist (enrolment writes some of them).
    /// </summary>
    public static AgentConfiguration Load(string path, IReadOnlyDictionary<string, string> environment, bool checkFiles = true)
    {
        var full = Path.GetFullPath(path);
        var file = new YamlFile(full, new YamlRules()) { Folder = Path.GetDirectoryName(full)!, ChecksFiles = checkFiles };
        if (!File.Exists(full) && !Directory.Exists(full))
        {
            file.Fault(null, "", "no such file; 'edgesync setup' writes one, or name another by --config");
        }

        if (file.Faults.Count > 0 || ConfigurationText.Read(file) is not { } root)
        {
            throw new ConfigurationException(full, file.Faults);
        }

        new EnvironmentOverrides(file).Apply(root, environment, RootKeys());
        var configuration = file.Read(root, section => AgentConfiguration.Read(full, section));
        if (checkFiles && configuration.Trust.File is { } trust && File.Exists(trust))
        {
            configuration = configuration with { Trust = configuration.Trust with { FilePolicy = TrustFile.Load(trust, file.Faults) } };
        }

        return file.Faults.Count == 0
            ? configuration with { Warnings = file.Warnings }
            : throw new ConfigurationException(full, file.Faults);
    }

    /// <summary>The file to read: the option's, else the environment's, else the default.</summary>
    public static string ChoosePath(string? option, IReadOnlyDictionary<string, string> environment) =>
        option ?? environment.GetValueOrDefault(PathVariable) ?? AgentConfiguration.DefaultPath;

    /// <summary>The variables of this process.</summary>
    public static IReadOnlyDictionary<string, string> ProcessEnvironment() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);

    /// <summary>Every key that is asked for when this text is read; the documentation must list the same keys.</summary>
    public static IReadOnlySet<string> KnownKeys(string text)
    {
        var file = new YamlFile("/edgesync.yaml", new YamlRules()) { Folder = "/" };
        file.Read(file.Parse(text)!, section => AgentConfiguration.Read("/edgesync.yaml", section));
        return file.KnownKeys;
    }

    private static List<string> RootKeys() => [.. KnownKeys("").Where(key => !key.Contains('.', StringComparison.Ordinal))];
}
