using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeSync.Signing.Cosign;

/// <summary>The payload in JSON, in the order in which cosign writes it. Members that no honest signer writes are refused.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SimpleSigningDocument(SimpleSigningDocument.CriticalSection Critical, IReadOnlyDictionary<string, JsonElement>? Optional = null)
{
    /// <summary>Annotations of the signer; cosign writes null if there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyDictionary<string, JsonElement>? Optional { get; init; } = Optional;

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record CriticalSection(IdentitySection Identity, ImageSection Image, string Type);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record IdentitySection([property: JsonPropertyName("docker-reference")] string DockerReference);

    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
    internal sealed record ImageSection([property: JsonPropertyName("docker-manifest-digest")] string DockerManifestDigest);
}
