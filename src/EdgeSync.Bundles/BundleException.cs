using EdgeSync.Contracts;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Bundles;

/// <summary>A bundle, or the folder that one is built from, is not what it must be. It says everything that is wrong at once.</summary>
public sealed class BundleException : EdgeSyncException
{
    /// <summary>One fault.</summary>
    public BundleException(string message, Exception? innerException = null)
        : this(ReasonCodes.BundleInvalid, message, innerException)
    {
    }

    /// <summary>One fault with a reason of <see cref="ReasonCodes"/>.</summary>
    public BundleException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        Faults = [new BundleFault(message)];
        Disposition = Disposition.Stalled;
        ExitCode = ExitCodes.BadInput;
    }

    /// <summary>Several faults, of which there is at least one.</summary>
    public BundleException(IReadOnlyList<BundleFault> faults)
        : this(ReasonCodes.BundleInvalid, faults)
    {
    }

    /// <summary>Several faults with a reason of <see cref="ReasonCodes"/>.</summary>
    public BundleException(string reason, IReadOnlyList<BundleFault> faults)
        : this(reason, string.Join('\n', faults))
    {
        Faults = faults;
    }

    /// <summary>Every fault; at least one.</summary>
    public IReadOnlyList<BundleFault> Faults { get; }
}
