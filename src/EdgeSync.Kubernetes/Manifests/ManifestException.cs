using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>A manifest file cannot be read as Kubernetes would read it; it carries every fault of the file.</summary>
public sealed class ManifestException : EdgeSyncException
{
    /// <summary>A failure with all faults, of which there is at least one.</summary>
    public ManifestException(IReadOnlyList<ManifestFault> faults)
        : base("ManifestInvalid", Describe(faults))
    {
        Faults = faults;
        Disposition = Disposition.Stalled;
        Subject = faults[0].File;
        ExitCode = ExitCodes.BadInput;
        Hint = "Correct the manifest at the lines named.";
    }

    /// <summary>All faults, in the order of the file.</summary>
    public IReadOnlyList<ManifestFault> Faults { get; }

    private static string Describe(IReadOnlyList<ManifestFault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        ArgumentOutOfRangeException.ThrowIfZero(faults.Count);
        return string.Join('\n', faults);
    }
}
