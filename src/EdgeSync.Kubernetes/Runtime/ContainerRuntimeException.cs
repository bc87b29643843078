using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Runtime;

/// <summary>The container runtime could not be asked, or said no.</summary>
public sealed class ContainerRuntimeException : EdgeSyncException
{
    /// <summary>Reason: the runtime could not take an image.</summary>
    public const string ImageNotStaged = nameof(ImageNotStaged);

    /// <summary>Reason: the runtime does not answer, or not as its interface says.</summary>
    public const string RuntimeUnavailable = nameof(RuntimeUnavailable);

    /// <summary>A failure of the runtime with one of the two reasons.</summary>
    public ContainerRuntimeException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        ExitCode = ExitCodes.Unavailable;
    }

    /// <summary>What the runtime answered; null when it did not answer in its protocol.</summary>
    public GrpcStatus? Status { get; init; }
}
