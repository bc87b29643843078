using EdgeSync.Primitives.Failures;
using Grpc.Core;

namespace EdgeSync.Kubernetes.Runtime;

/// <summary>The container runtime could not be reached, or refused a call.</summary>
public sealed class ContainerRuntimeException : EdgeSyncException
{
    /// <summary>Reason: the runtime could not take an image.</summary>
    public const string ImageNotStaged = nameof(ImageNotStaged);

    /// <summary>Reason: the runtime does not answer, or its answer does not follow the interface.</summary>
    public const string RuntimeUnavailable = nameof(RuntimeUnavailable);

    /// <summary>A failure of the runtime with one of the two reasons.</summary>
    public ContainerRuntimeException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
        ExitCode = ExitCodes.Unavailable;
    }

    /// <summary>The gRPC status that the runtime answered; null when there was no answer, or one that is not gRPC.</summary>
    public StatusCode? Status { get; init; }
}
