using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Runtime;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Agent.Cluster;

/// <summary>The node's runtime over CRI: it has the image already, or pulls it as the kubelet would, from the mirror.</summary>
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
            // What the runtime refuses today it may take tomorrow, with more disk or after setup: the release stays, and is tried again.
            throw new ReconciliationException(ReasonCodes.ImageNotStaged, $"the container runtime does not take {reference}: {failure.Message}", failure)
            {
                Subject = reference,
                Hint = failure.Hint ?? "Run 'edgesync setup', so that the runtime pulls from the mirror.",
            };
        }
    }
}
