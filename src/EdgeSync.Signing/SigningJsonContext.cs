using System.Text.Json.Serialization;
using EdgeSync.Signing.Cosign;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Signing;

/// <summary>The JSON that this project reads and writes itself.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EnvelopeDocument))]
[JsonSerializable(typeof(SimpleSigningDocument))]
[JsonSerializable(typeof(SignatureConfiguration))]
[JsonSerializable(typeof(TagNote))]
internal sealed partial class SigningJsonContext : JsonSerializerContext;
