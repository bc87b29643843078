using System.Text.Json.Serialization;
using EdgeSync.Contracts;

namespace EdgeSync.Agent.Commands;

/// <summary>The JSON of <c>edgesync windows --output json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(UtcTimeJsonConverter)])]
[JsonSerializable(typeof(WindowsView))]
internal sealed partial class WindowsJsonContext : JsonSerializerContext;
