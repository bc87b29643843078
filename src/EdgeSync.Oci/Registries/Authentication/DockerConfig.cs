using System.Text.Json.Serialization;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>The part of <c>~/.docker/config.json</c> that is about logging in.</summary>
internal sealed record DockerConfig(
    IReadOnlyDictionary<string, DockerConfigEntry?>? Auths,
    string? CredsStore,
    IReadOnlyDictionary<string, string?>? CredHelpers);

/// <summary>The login for one registry.</summary>
internal sealed record DockerConfigEntry(
    string? Auth,
    string? Username,
    string? Password,
    [property: JsonPropertyName("identitytoken")] string? IdentityToken,
    [property: JsonPropertyName("registrytoken")] string? RegistryToken)
{
    public override string ToString() => $"{nameof(DockerConfigEntry)} ***";
}
