using EdgeSync.Primitives.Failures;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary>The configuration is invalid. The exception reports every fault at once, so that one round of editing is enough.</summary>
internal sealed class ConfigurationException : EdgeSyncException
{
    public ConfigurationException(string path, IReadOnlyList<YamlFault> faults)
        : base("ConfigurationInvalid", Describe(faults))
    {
        Faults = faults;
        Subject = path;
        Disposition = Disposition.Stalled;
        ExitCode = ExitCodes.BadConfiguration;
    }

    /// <summary>All faults.</summary>
    public IReadOnlyList<YamlFault> Faults { get; }

    private static string Describe(IReadOnlyList<YamlFault> faults) =>
        faults.Count == 1 ? faults[0].ToString() : $"{faults.Count} faults in the configuration\n{string.Join('\n', faults)}";
}
