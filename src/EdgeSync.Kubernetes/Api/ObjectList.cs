using System.Text.Json.Nodes;

namespace EdgeSync.Kubernetes.Api;

/// <summary>All objects of a list, its pages put together, and the resource version to watch from.</summary>
public sealed record ObjectList(IReadOnlyList<JsonObject> Items, string ResourceVersion);
