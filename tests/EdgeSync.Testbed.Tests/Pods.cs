using EdgeSync.Testbed.Kubernetes;
using k8s;
using k8s.Models;

namespace EdgeSync.Testbed.Tests;

/// <summary>Pods for the tests of nodes.</summary>
internal static class Pods
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(5);

    public static Task CreateAsync(KubernetesNode node, string name, string image, string pullPolicy) => node.Api.CoreV1.CreateNamespacedPodAsync(
        new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = name },
            Spec = new V1PodSpec
            {
                TerminationGracePeriodSeconds = 0,
                Containers = [new V1Container { Name = "main", Image = image, ImagePullPolicy = pullPolicy }],
            },
        },
        "default");

    /// <summary>Waits until the pod is ready, in another container than the one before where one is given.</summary>
    public static async Task<V1PodStatus> UntilReadyAsync(KubernetesNode node, string name, V1PodStatus? before = null)
    {
        using var bound = new CancellationTokenSource(Bound);
        while (true)
        {
            var status = (await node.Api.CoreV1.ReadNamespacedPodAsync(name, "default", cancellationToken: bound.Token)).Status;
            if (status.ContainerStatuses is [{ Ready: true } container] && container.ContainerID != before?.ContainerStatuses[0].ContainerID)
            {
                return status;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, bound.Token);
        }
    }
}
