using System.Net.Http.Headers;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>
/// Knows what to show the registry: nothing until it asks, then what it asked for, so that later requests cost one round trip. Tokens are
/// kept in memory until shortly before they expire.
/// </summary>
internal sealed class RegistryAuthorizer(RegistryOptions options, TokenClient tokens, TimeProvider time) : IDisposable
{
    private const int MaxTokens = 256;
    private static readonly TimeSpan ExpiryMargin = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, (string Token, long ObtainedAt, TimeSpan Lifetime)> _tokens = [];
    private Challenge? _challenge;

    /// <summary>What to send along for this scope, or null.</summary>
    public async Task<AuthenticationHeaderValue?> HeaderAsync(string scope, CancellationToken cancellationToken)
    {
        if (options.Credential?.RegistryToken is { } fixedToken)
        {
            return new AuthenticationHeaderValue("Bearer", fixedToken);
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _challenge switch
            {
                null => null,
                { IsBearer: false } => options.Credential?.ToBasicHeader(),
                { } bearer => new AuthenticationHeaderValue("Bearer", await TokenAsync_NeedsLock(bearer, scope, cancellationToken)),
            };
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>
    /// Takes in the challenge of a 401. True where there is something new to show, and the request is worth sending again.
    /// </summary>
    public async Task<bool> LearnAsync(
        HttpResponseMessage response, AuthenticationHeaderValue? sent, string scope, CancellationToken cancellationToken)
    {
        if (options.Credential?.RegistryToken is not null || Challenge.From(response.Headers.WwwAuthenticate) is not { } challenge)
        {
            return false;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            _challenge = challenge;
            if (!challenge.IsBearer)
            {
                return options.Credential?.ToBasicHeader() is { } basic && sent?.Parameter != basic.Parameter;
            }

            // Another request may have got a newer token meanwhile; only the one that was refused is forgotten.
            if (_tokens.TryGetValue(scope, out var known) && known.Token == sent?.Parameter)
            {
                _tokens.Remove(scope);
            }

            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    private async Task<string> TokenAsync_NeedsLock(Challenge challenge, string scope, CancellationToken cancellationToken)
    {
        if (_tokens.TryGetValue(scope, out var known) && time.GetElapsedTime(known.ObtainedAt) < known.Lifetime - ExpiryMargin)
        {
            return known.Token;
        }

        var (token, lifetime) = await tokens.FetchAsync(challenge, scope, cancellationToken);
        if (_tokens.Count >= MaxTokens)
        {
            _tokens.Clear();
        }

        _tokens[scope] = (token, time.GetTimestamp(), lifetime);
        return token;
    }
}
