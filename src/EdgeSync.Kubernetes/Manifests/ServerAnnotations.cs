using System.Text.Json.Nodes;

namespace EdgeSync.Kubernetes.Manifests;

/// <summary>Labels and annotations that the API server and its controllers write by themselves, such as <c>deployment.kubernetes.io/revision</c>.</summary>
internal static class ServerAnnotations
{
    private static readonly string[] WithoutDomain = ["deprecated.daemonset.template.generation"];

    /// <summary>Whether the server or one of its controllers writes this label or annotation.</summary>
    public static bool Contains(string name) =>
        WithoutDomain.Contains(name) || (name.Split('/')[0] is var domain && domain != name
            && (domain.EndsWith("kubernetes.io", StringComparison.Ordinal) || domain.EndsWith("k8s.io", StringComparison.Ordinal)));

    /// <summary>A copy of the object's other annotations.</summary>
    public static JsonObject Without(JsonObject live) => new(
        (live.At("metadata", "annotations") as JsonObject ?? [])
        .Where(member => !Contains(member.Key)).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
}
