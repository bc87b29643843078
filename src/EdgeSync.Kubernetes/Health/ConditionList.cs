using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>An object's <c>status.conditions</c>.</summary>
internal static class ConditionList
{
    /// <summary>The condition of this type, or null.</summary>
    public static Condition? Find(JsonObject live, string type) =>
        live.Objects("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type) is { } found
            ? new Condition(found.Text("status") ?? "", found.Text("reason") ?? "", found.Text("message") ?? "")
            : null;

    /// <summary>One condition.</summary>
    internal sealed record Condition(string Status, string Reason, string Message);
}
