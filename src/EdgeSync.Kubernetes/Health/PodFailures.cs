using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>States of a pod that do not pass by waiting.</summary>
internal static class PodFailures
{
    private static readonly string[] Lists = ["initContainerStatuses", "containerStatuses"];
    private static readonly string[] Hopeless = ["ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull"];

    /// <summary>What is wrong in words, or null. A first failed pull is forgiven; the back-off that follows it is not.</summary>
    public static string? Find(JsonObject pod, int restarts)
    {
        foreach (var container in Lists.SelectMany(list => pod.Objects("status", list)))
        {
            var reason = container.Text("state", "waiting", "reason");
            if (Hopeless.Contains(reason))
            {
                return $"container {container.Text("name")}: {reason}: {container.Text("state", "waiting", "message") ?? container.Text("image")}";
            }

            if (reason == "CrashLoopBackOff" && (container.Number("restartCount") ?? 0) >= restarts)
            {
                var code = container.Number("lastState", "terminated", "exitCode");
                return $"container {container.Text("name")}: CrashLoopBackOff after {container.Number("restartCount")} restarts, last exit code {code}";
            }
        }

        return null;
    }
}
