using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>Reads the cluster's Event objects, which two generations of its API fill in differently.</summary>
internal static class ClusterEvents
{
    /// <summary>When it happened last, as text that sorts by time; empty where the event does not say.</summary>
    public static string LastSeen(JsonObject item) =>
        item.Text("series", "lastObservedTime") ?? item.Text("lastTimestamp") ?? item.Text("eventTime") ?? item.Text("metadata", "creationTimestamp") ?? "";

    /// <summary>How often it happened.</summary>
    public static long CountOf(JsonObject item) => item.Number("series", "count") ?? item.Number("count") ?? 1;
}
