using EdgeSync.Contracts;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Bundles;

/// <summary>A bundle, or the folder of one, is invalid. The exception reports every fault at once.</summary>
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

/// <summary>One thing that is wrong with a bundle or with the folder of one.</summary>
/// <param name="Message">What is wrong, and what to do.</param>
/// <param name="File">The file, relative to the bundle's folder; null when the fault concerns no file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
public sealed record BundleFault(string Message, string? File = null, int Line = 1, int Column = 1)
{
    /// <summary>As compilers write it: <c>file:line:column: message</c>.</summary>
    public override string ToString() => File is null ? Message : $"{File}:{Line}:{Column}: {Message}";
}
