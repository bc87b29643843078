using System.Net;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>Asks the token server that a registry names for an access token (distribution token specification, and its OAuth2 form).</summary>
internal sealed class TokenClient(RegistryOptions options, RegistryConnections connections)
{
    private const int MaxAnswer = 64 * 1024;

    public async Task<(string Token, TimeSpan Lifetime)> FetchAsync(
        Challenge challenge, string scope, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        var realm = CheckRealm(challenge.Realm);
        try
        {
            using var message = credential?.IdentityToken is { } identityToken
                ? ExchangeRequest(realm, challenge.Service, scope, identityToken)
                : BasicRequest(realm, challenge.Service, scope, credential);
            using var response = await connections.ForTokensOf(realm).SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (RegistryFaults.IsOfAnother(response))
            {
                throw RegistryFaults.NoRegistry(realm, RegistryFaults.Describe(response) + " where a token was asked for");
            }

            return response.IsSuccessStatusCode
                ? TokenAnswer.Read(realm, await BoundedBody.ReadDocumentAsync(response, MaxAnswer, cancellationToken))
                : throw Refused(realm, response.StatusCode);
        }
        catch (HttpRequestException failure)
        {
            // The token server failed, not the registry.
            throw RegistryFaults.FromTransport(realm, failure);
        }
    }

    // A realm on another host is normal (auth.docker.io), but only with TLS; without it, only the registry's own host is told a password.
    private Uri CheckRealm(string? text)
    {
        var registry = options.BaseAddress;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var realm) || !realm.Scheme.StartsWith("http", StringComparison.Ordinal) || realm.UserInfo.Length > 0 || realm.Fragment.Length > 0)
        {
            throw RegistryFaults.Violation(registry, "it names no token server that can be asked; the 'realm' of its challenge must be an http or https address");
        }

        var isSafe = realm.Scheme == Uri.UriSchemeHttps
            || (realm.Scheme == Uri.UriSchemeHttp && options.PlainHttp && realm.Host.Equals(registry.Host, StringComparison.OrdinalIgnoreCase));
        return isSafe
            ? realm
            : throw RegistryFaults.Violation(registry, $"it names the token server {Redactor.Url(realm)}, which is not safe to send credentials to");
    }

    private static HttpRequestMessage BasicRequest(Uri realm, string? service, string scope, RegistryCredential? credential)
    {
        var query = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => "scope=" + Uri.EscapeDataString(part));
        if (service is not null)
        {
            query = query.Prepend("service=" + Uri.EscapeDataString(service));
        }

        var existing = realm.Query.Length > 1 ? realm.Query[1..] + "&" : "";
        var address = new UriBuilder(realm) { Query = existing + string.Join('&', query) };
        var message = new HttpRequestMessage(HttpMethod.Get, address.Uri);
        message.Headers.Authorization = credential?.ToBasicHeader();
        return message;
    }

    private static HttpRequestMessage ExchangeRequest(Uri realm, string? service, string scope, string identityToken) =>
        new(HttpMethod.Post, realm)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["service"] = service ?? "",
                ["client_id"] = "edgesync",
                ["scope"] = scope,
                ["refresh_token"] = identityToken,
            }),
        };

    private static RegistryException Refused(Uri realm, HttpStatusCode status)
    {
        var isLogin = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest;
        var reason = (isLogin, status) switch
        {
            (true, _) => RegistryReasons.Unauthorized,
            (_, HttpStatusCode.TooManyRequests) => RegistryReasons.RateLimited,
            (_, >= HttpStatusCode.InternalServerError) => RegistryReasons.RegistryError,
            _ => RegistryReasons.ProtocolViolation,
        };
        return new RegistryException(reason, $"{Redactor.Url(realm)}: the token server answered {(int)status}")
        {
            StatusCode = (int)status,
            Subject = Redactor.Url(realm),
            Disposition = reason is RegistryReasons.RegistryError or RegistryReasons.RateLimited ? Disposition.Transient : Disposition.Stalled,
            Hint = isLogin ? "Check the credentials for this registry." : null,
        };
    }
}
