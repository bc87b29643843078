using System.Globalization;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>No pod in the bundles' namespaces crashes or waits, also those that no bundle brought.</summary>
internal sealed class PodsCheck(IClusterLook cluster) : ISiteCheck
{
    private const int Named = 20;
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Recent = TimeSpan.FromMinutes(5);

    private static readonly HashSet<string> Stuck = new(StringComparer.Ordinal)
    {
        "CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError", "CreateContainerError", "RunContainerError",
    };

    public string Name => "pods";

    public string Why => "A pod that crashes or waits now does not mend itself on the way.";

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        var findings = new List<CheckFinding>();
        var pods = 0;
        var namespaces = NamespacesOf(context);
        foreach (var name in namespaces)
        {
            var found = await cluster.ListAsync("v1", "Pod", name, cancellationToken);
            pods += found.Count;
            findings.AddRange(found.Select(pod => Judge(pod, context.Now)).Where(finding => finding.Outcome != Contracts.Checks.CheckOutcome.Passed));
        }

        return findings.Count == 0
            ? CheckFinding.Passed($"{pods} pod(s) in {string.Join(", ", namespaces)} run")
            : CheckFinding.Worst(findings, "") with { Details = [.. findings.Select(finding => finding.Found).Take(Named)] };
    }

    private static IReadOnlyList<string> NamespacesOf(CheckContext context) =>
    [
        .. context.Bundles.SelectMany(bundle => bundle.Content?.Objects ?? []).Select(item => item.Id.Namespace).OfType<string>()
            .Concat(context.Sections.Select(channel => channel.Namespace)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private static CheckFinding Judge(JsonObject pod, DateTimeOffset now)
    {
        var name = $"{pod.Text("metadata", "namespace")}/{pod.Text("metadata", "name")}";
        if (pod.Text("status", "phase") is "Succeeded" or "Failed" || pod.At("metadata", "deletionTimestamp") is not null)
        {
            // Of a Job, or on its way out: its owner has made another one where that is needed.
            return CheckFinding.Passed("");
        }

        foreach (var container in pod.Objects("status", "initContainerStatuses").Concat(pod.Objects("status", "containerStatuses")))
        {
            if (container.Text("state", "waiting", "reason") is { } reason && Stuck.Contains(reason))
            {
                return CheckFinding.Failed(
                    $"pod {name}: container {container.Text("name")} is in {reason}{(container.Text("state", "waiting", "message") is { } message ? $" ({message})" : "")}",
                    $"'kubectl logs --previous -n {pod.Text("metadata", "namespace")} {pod.Text("metadata", "name")}' and 'kubectl describe pod' say why.");
            }

            if (Crash(container) is { } crash && now - crash < Recent)
            {
                return CheckFinding.Warned(
                    $"pod {name}: container {container.Text("name")} crashed {CheckContext.Length(now - crash)} ago, its restart number {container.Number("restartCount")}",
                    $"'kubectl logs --previous -n {pod.Text("metadata", "namespace")} {pod.Text("metadata", "name")}' says why.");
            }
        }

        return pod.Text("status", "phase") == "Pending" && now - Time(pod.Text("metadata", "creationTimestamp")) > StartTime
            ? CheckFinding.Failed($"pod {name} is Pending{Reason(pod)}", "'kubectl describe pod' says what it waits for.")
            : CheckFinding.Passed("");
    }

    // When the container last ended with an error, or null.
    private static DateTimeOffset? Crash(JsonObject container)
    {
        foreach (var state in (string[])["state", "lastState"])
        {
            if (container.Number(state, "terminated", "exitCode") is { } code && code != 0)
            {
                return Time(container.Text(state, "terminated", "finishedAt"));
            }
        }

        return null;
    }

    private static string Reason(JsonObject pod) =>
        pod.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("status") == "False" && condition.Text("message") is not null).Text("message") is { } message ? $": {message}" : "";

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : null;
}
