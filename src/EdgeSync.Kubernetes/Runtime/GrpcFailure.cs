namespace EdgeSync.Kubernetes.Runtime;

/// <summary>A call that the other side ended with another status than OK. Translated by <see cref="ContainerRuntimeClient"/>.</summary>
internal sealed class GrpcFailure(GrpcStatus status, string message) : Exception(message)
{
    public GrpcStatus Status { get; } = status;
}
