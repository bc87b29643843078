using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Runtime;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Agent.Cluster;

/// <summary>The node's container runtime, over CRI. It pulls a missing image from the mirror, as the kubelet would.</summary>
internal sealed class CriImageRuntime(ContainerRuntimeClient client) : IImageRuntime
{
    public async Task EnsureAsync(string reference, CancellationToken cancellationToken)
    {
        try
        {
            if (await client.FindImageAsync(reference, cancellationToken) is null)
            {
                await client.PullImageAsync(reference, cancellationToken);
            }
        }
        catch (ContainerRuntimeException failure) when (failure.Disposition == Disposition.Stalled)
        {
            // The runtime may take the image later, with more disk or after setup: this is no refusal of the release, and is tried again.
            throw new ReconciliationException(ReasonCodes.ImageNotStaged, $"the container runtime does not take {reference}: {failure.Message}", failure)
            {
                Subject = reference,
                Hint = failure.Hint ?? "Run 'edgesync setup', so that the runtime pulls from the mirror.",
            };
        }
    }
}

/// <summary>For a cluster whose nodes are other machines (<c>runtime.endpoint: none</c>): their kubelets pull the images.</summary>
internal sealed class NoImageRuntime : IImageRuntime
{
    public Task EnsureAsync(string reference, CancellationToken cancellationToken) => Task.CompletedTask;
}
