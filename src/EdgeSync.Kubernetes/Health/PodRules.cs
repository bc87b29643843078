using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// The rules of pods. Some states a pod does not leave by itself: an image that cannot be had, or a container that keeps ending. They fail at
/// once, so that nobody waits out a deadline for nothing.
/// </summary>
internal static class PodRules
{
    /// <summary>A container that ended this often while it was to run will not do better the next time.</summary>
    private const int RestartsThatSayItAll = 2;

    private static readonly string[] ImageReasons = ["ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError"];
    private static readonly string[] SetupReasons = ["CreateContainerConfigError", "CreateContainerError", "RunContainerError"];

    public static HealthVerdict Judge(JsonObject pod)
    {
        if (FindHopeless(pod) is { } hopeless)
        {
            return HealthVerdict.Failed(hopeless);
        }

        return pod.Text("status", "phase") switch
        {
            "Succeeded" => HealthVerdict.Current,
            "Failed" => HealthVerdict.Failed($"it failed: {pod.Text("status", "message") ?? pod.Text("status", "reason")}"),
            "Running" when ConditionList.Find(pod, "Ready") is { Status: "True" } => HealthVerdict.Current,
            "Running" => HealthVerdict.InProgress("it runs, but is not ready"),
            _ => HealthVerdict.InProgress(ConditionList.Find(pod, "PodScheduled") is { Status: "False" } scheduled
                ? $"it is not scheduled: {scheduled.Message}"
                : "it has not started"),
        };
    }

    /// <summary>Why the pod cannot become healthy by itself, or null.</summary>
    public static string? FindHopeless(JsonObject pod)
    {
        foreach (var container in pod.Objects("status", "initContainerStatuses").Concat(pod.Objects("status", "containerStatuses")))
        {
            var name = container.Text("name");
            var reason = container.Text("state", "waiting", "reason");
            if (ImageReasons.Contains(reason))
            {
                return $"container '{name}' cannot have its image {container.Text("image")}: {container.Text("state", "waiting", "message") ?? reason}";
            }

            if (SetupReasons.Contains(reason))
            {
                return $"container '{name}' cannot be started: {container.Text("state", "waiting", "message") ?? reason}";
            }

            if (reason == "CrashLoopBackOff" && container.Number("restartCount") >= RestartsThatSayItAll)
            {
                return $"container '{name}' keeps ending, {DescribeEnd(container)}";
            }
        }

        return null;
    }

    private static string DescribeEnd(JsonObject container)
    {
        var code = container.Number("lastState", "terminated", "exitCode");
        var why = container.Text("lastState", "terminated", "reason");
        var restarts = container.Number("restartCount") ?? 0;
        return string.Create(CultureInfo.InvariantCulture, $"last with exit code {code} ({why}), after {restarts} restarts");
    }
}
