using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace EdgeSync.Kubernetes.Api;

/// <summary>The few types that are serialized as a whole; objects themselves stay unstructured.</summary>
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class KubernetesJsonContext : JsonSerializerContext;
