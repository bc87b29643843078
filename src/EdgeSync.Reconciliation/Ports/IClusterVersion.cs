namespace EdgeSync.Reconciliation.Ports;

/// <summary>Which Kubernetes the site has.</summary>
public interface IClusterVersion
{
    /// <summary>
    /// The cluster's version, <c>v1.31.4+k3s1</c>. Raises an <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> when the cluster does
    /// not answer.
    /// </summary>
    Task<string> VersionAsync(CancellationToken cancellationToken);
}
