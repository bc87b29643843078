using System.Text.Json.Serialization;
using EdgeSync.Oci.Registries.Authentication;

namespace EdgeSync.Oci.Registries;

/// <summary>The JSON of what registries and token servers answer, except manifests, and of docker's configuration.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(TagList))]
[JsonSerializable(typeof(DockerConfig))]
[JsonSerializable(typeof(HelperAnswer))]
internal sealed partial class RegistryJsonContext : JsonSerializerContext;
