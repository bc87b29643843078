using System.Text.Json.Serialization;

namespace EdgeSync.Bundles.Metadata;

/// <summary>The JSON of a content's configuration: camel case, nulls left out, unknown members skipped.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BundleMetadata))]
internal sealed partial class BundlesJsonContext : JsonSerializerContext;
