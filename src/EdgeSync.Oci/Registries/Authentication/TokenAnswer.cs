using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>
/// Reads what a token server answers. Servers differ: the lifetime may be a number, a fraction, text or null, and an empty <c>token</c> may come
/// with <c>access_token</c>, its OAuth2 name.
/// </summary>
internal static class TokenAnswer
{
    private const int MaxTokenLength = 16 * 1024;
    private const double LeastLifetime = 60;
    private const double MostLifetime = 24 * 60 * 60;

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=");

    /// <summary>The token and how long it may be kept. Throws <see cref="RegistryException"/> where there is none that can be used.</summary>
    public static (string Token, TimeSpan Lifetime) Read(Uri realm, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var answer = document.RootElement;
            var token = answer.ValueKind == JsonValueKind.Object ? Text(answer, "token") ?? Text(answer, "access_token") : null;
            return token is { Length: <= MaxTokenLength } && !token.AsSpan().ContainsAnyExcept(TokenCharacters)
                ? (token, Lifetime(answer))
                : throw RegistryFaults.Violation(realm, "the token server answered no token that can be used");
        }
        catch (JsonException)
        {
            // Without the cause: its message may quote a token.
            throw RegistryFaults.IsMarkup(body)
                ? RegistryFaults.NoRegistry(realm, "a web page where a token was asked for")
                : RegistryFaults.Violation(realm, "the token server's answer is not JSON");
        }
    }

    private static string? Text(JsonElement answer, string name)
    {
        try
        {
            return answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }

    // A token that has run out costs one more round trip; a lifetime that nobody can read costs no more.
    private static TimeSpan Lifetime(JsonElement answer)
    {
        var seconds = LeastLifetime;
        if (answer.TryGetProperty("expires_in", out var value)
            && double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var said)
            && !double.IsNaN(said))
        {
            seconds = Math.Clamp(said, LeastLifetime, MostLifetime);
        }

        return TimeSpan.FromSeconds(seconds);
    }
}
