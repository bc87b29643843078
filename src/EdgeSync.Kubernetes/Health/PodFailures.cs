using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>States of a pod that do not pass by waiting.</summary>
internal static class PodFailures
{
    private static readonly string[] Lists = ["initContainerStatuses", "containerStatuses"];
    private static readonly string[] Final = ["InvalidImageName", "ErrImageNeverPull"];
    private static readonly string[] Troubled =
        ["ImagePullBackOff", "ErrImagePull", "CrashLoopBackOff", "CreateContainerConfigError", "CreateContainerError", "RunContainerError"];

    /// <summary>
    /// What is wrong in words, or null. A first failed pull is forgiven; the back-off that follows it is not, unless <paramref name="forgivesPulls"/>. A crash
    /// loop counts from this many restarts on; without a number it never counts.
    /// </summary>
    public static string? Find(JsonObject pod, int? restarts, bool forgivesPulls = false) => Words(pod, container =>
    {
        var reason = ReasonOf(container);
        return Final.Contains(reason)
            || (reason == "ImagePullBackOff" && !forgivesPulls)
            || (reason == "CrashLoopBackOff" && restarts <= (container.Number("restartCount") ?? 0));
    });

    /// <summary>What keeps the pod from running, in words; null where nothing does that it says. It may pass.</summary>
    public static string? FindTrouble(JsonObject pod) =>
        Words(pod, container => Final.Contains(ReasonOf(container)) || Troubled.Contains(ReasonOf(container)))
        ?? (HealthRules.Condition(pod, "PodScheduled") is { } scheduled && scheduled.Text("reason") == "Unschedulable"
            ? $"no node can run it: {scheduled.Text("message") ?? "Unschedulable"}"
            : null);

    /// <summary>Whether something keeps the pod from running that it names.</summary>
    public static bool IsTroubled(JsonObject pod) => FindTrouble(pod) is not null;

    private static string? ReasonOf(JsonObject container) => container.Text("state", "waiting", "reason");

    private static string? Words(JsonObject pod, Func<JsonObject, bool> isMeant)
    {
        if (Lists.SelectMany(list => pod.Objects("status", list)).FirstOrDefault(isMeant) is not { } container)
        {
            return null;
        }

        var reason = ReasonOf(container);
        return reason == "CrashLoopBackOff"
            ? $"container {container.Text("name")}: CrashLoopBackOff after {container.Number("restartCount")} restarts, last exit code {container.Number("lastState", "terminated", "exitCode")}"
            : $"container {container.Text("name")}: {reason}: {container.Text("state", "waiting", "message") ?? container.Text("image")}";
    }
}
