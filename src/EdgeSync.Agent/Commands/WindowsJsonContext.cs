using System.Text.Json.Serialization;

namespace EdgeSync.Agent.Commands;

/// <summary>The JSON of <c>edgesync windows --output json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WindowsView))]
internal sealed partial class WindowsJsonContext : JsonSerializerContext;
