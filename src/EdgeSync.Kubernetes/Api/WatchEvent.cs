using System.Text.Json.Nodes;

namespace EdgeSync.Kubernetes.Api;

/// <summary>One line of a watch.</summary>
public sealed record WatchEvent(WatchEventType Type, JsonObject Live);
