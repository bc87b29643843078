using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Configuration;

/// <summary>The configuration is wrong. It names every fault at once, so that one round of editing mends them all.</summary>
internal sealed class ConfigurationException : EdgeSyncException
{
    public ConfigurationException(string path, IReadOnlyList<ConfigurationFault> faults)
        : base("ConfigurationInvalid", Describe(faults))
    {
        Faults = faults;
        Subject = path;
        Disposition = Disposition.Stalled;
        ExitCode = ExitCodes.BadConfiguration;
    }

    /// <summary>All faults.</summary>
    public IReadOnlyList<ConfigurationFault> Faults { get; }

    private static string Describe(IReadOnlyList<ConfigurationFault> faults) =>
        faults.Count == 1 ? faults[0].ToString() : $"{faults.Count} faults in the configuration\n{string.Join('\n', faults)}";
}
