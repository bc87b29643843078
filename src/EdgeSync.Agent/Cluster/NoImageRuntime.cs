using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Agent.Cluster;

/// <summary>For a cluster whose nodes are elsewhere (<c>runtime.endpoint: none</c>): the kubelet pulls by itself.</summary>
internal sealed class NoImageRuntime : IImageRuntime
{
    public Task EnsureAsync(string reference, CancellationToken cancellationToken) => Task.CompletedTask;
}
