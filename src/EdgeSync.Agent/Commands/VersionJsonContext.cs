using System.Text.Json.Serialization;

namespace EdgeSync.Agent.Commands;

/// <summary>The JSON of <c>edgesync version --output json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BuildFacts))]
internal sealed partial class VersionJsonContext : JsonSerializerContext;
