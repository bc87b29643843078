using System.Text.Json.Serialization;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>What a token server answers; <c>access_token</c> is the OAuth2 name of <c>token</c>.</summary>
internal sealed record TokenResponse(
    string? Token,
    [property: JsonPropertyName("access_token")] string? AccessToken,
    [property: JsonPropertyName("expires_in")] long? ExpiresIn);
