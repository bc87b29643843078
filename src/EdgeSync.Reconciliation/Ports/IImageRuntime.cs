namespace EdgeSync.Reconciliation.Ports;

/// <summary>The node's container runtime.</summary>
public interface IImageRuntime
{
    /// <summary>
    /// Makes sure that the runtime knows the image by exactly this reference; pulls it through the mirror if necessary. Raises an
    /// <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> with the runtime's reason.
    /// </summary>
    Task EnsureAsync(string reference, CancellationToken cancellationToken);
}
