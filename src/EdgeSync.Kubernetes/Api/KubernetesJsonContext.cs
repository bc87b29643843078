using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EdgeSync.Kubernetes.Api;

/// <summary>The few shapes that are written as a whole; objects themselves stay unstructured.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class KubernetesJsonContext : JsonSerializerContext;
