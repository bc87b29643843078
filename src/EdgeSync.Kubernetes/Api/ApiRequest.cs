using System.Text.Json.Nodes;

namespace EdgeSync.Kubernetes.Api;

/// <summary>One request: its path with query, what it is about for messages, and its body.</summary>
internal sealed record ApiRequest(HttpMethod Method, string Path, string Subject)
{
    public JsonNode? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    /// <summary>Whether it is sent as the agent itself where others are sent as a service account.</summary>
    public bool IsOwn { get; init; }

    public string Accept { get; init; } = "application/json";
}
