using System.Text.Json.Serialization;

namespace EdgeSync.Oci.Manifests;

/// <summary>The JSON of manifests: camel case, nulls left out, unknown members skipped.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Descriptor))]
[JsonSerializable(typeof(ImageManifest))]
[JsonSerializable(typeof(ImageIndex))]
public sealed partial class OciJsonContext : JsonSerializerContext;
