using System.Net;
using System.Net.Http.Headers;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>
/// Knows what to show the registry: nothing until it asks or seems to hide something, then what it asked for, so that later requests cost one round
/// trip. Tokens are kept in memory until shortly before they expire, or until the credentials change that they were got with.
/// </summary>
internal sealed class RegistryAuthorizer(RegistryOptions options, TokenClient tokens, TimeProvider time) : IDisposable
{
    private const int MaxTokens = 256;
    private static readonly TimeSpan ExpiryMargin = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, (string Token, RegistryCredential? By, long ObtainedAt, TimeSpan Lifetime)> _tokens = [];
    private volatile Challenge? _challenge;

    /// <summary>Begins the login of one request. <paramref name="probe"/> asks the registry anonymously what it wants, and gives null where it wants nothing.</summary>
    public Login Begin(string scope, Func<CancellationToken, Task<Challenge?>> probe) => new(this, scope, probe);

    public void Dispose() => _gate.Dispose();

    private async Task<RegistryCredential?> FindAsync(string scope, CancellationToken cancellationToken) =>
        options.CredentialSource is { } source
            ? await source.FindAsync(RegistryPaths.RepositoryOf(scope), cancellationToken)
            : options.Credential;

    private async Task<string> TokenAsync(Challenge challenge, string scope, RegistryCredential? credential, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_tokens.TryGetValue(scope, out var known) && known.By == credential && time.GetElapsedTime(known.ObtainedAt) < known.Lifetime - ExpiryMargin)
            {
                return known.Token;
            }

            var (token, lifetime) = await tokens.FetchAsync(challenge, scope, credential, cancellationToken);
            if (_tokens.Count >= MaxTokens)
            {
                _tokens.Clear();
            }

            _tokens[scope] = (token, credential, time.GetTimestamp(), lifetime);
            return token;
        }
        finally
        {
            _gate.Release();
        }
    }

    // Another request may have got a newer token meanwhile; only the one that was refused is forgotten.
    private async Task ForgetTokenAsync(string scope, string? refused, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        if (_tokens.TryGetValue(scope, out var known) && known.Token == refused)
        {
            _tokens.Remove(scope);
        }

        _gate.Release();
    }

    /// <summary>The login of one request: bounded, so that a registry that goes on asking is given up.</summary>
    public sealed class Login(RegistryAuthorizer owner, string scope, Func<CancellationToken, Task<Challenge?>> probe)
    {
        private RegistryCredential? _credential;
        private AuthenticationHeaderValue? _sent;
        private bool _hasLearned;
        private bool _hasProbed;
        private bool _hasReread;

        /// <summary>What to send along, or null.</summary>
        public async Task<AuthenticationHeaderValue?> HeaderAsync(CancellationToken cancellationToken)
        {
            _credential = await owner.FindAsync(scope, cancellationToken);
            try
            {
                return _sent = await CreateHeaderAsync(cancellationToken);
            }
            catch (RegistryException failure) when (failure.Reason == RegistryReasons.Unauthorized)
            {
                if (!await RereadAsync(cancellationToken))
                {
                    throw;
                }

                return _sent = await CreateHeaderAsync(cancellationToken);
            }
        }

        /// <summary>Takes in an answer. True where there is something new to show, and the request is worth sending again.</summary>
        public async Task<bool> LearnAsync(HttpResponseMessage response, CancellationToken cancellationToken)
        {
            var challenge = response.StatusCode == HttpStatusCode.Unauthorized ? Challenge.From(response.Headers.WwwAuthenticate) : null;
            return challenge is not null ? await AnswerAsync(challenge, cancellationToken)
                : response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound) ? false
                : _sent is null ? await ShowToHiddenAsync(cancellationToken)
                : response.StatusCode != HttpStatusCode.NotFound && await RereadAsync(cancellationToken);
        }

        private async Task<bool> AnswerAsync(Challenge challenge, CancellationToken cancellationToken)
        {
            owner._challenge = challenge;
            var isNew = !_hasLearned;
            _hasLearned = true;
            if (challenge.IsBearer)
            {
                await owner.ForgetTokenAsync(scope, _sent?.Parameter, cancellationToken);
                return _credential?.RegistryToken is null && (isNew || await RereadAsync(cancellationToken));
            }

            return isNew && _credential?.ToBasicHeader() is { } basic && _sent?.Parameter != basic.Parameter
                ? true
                : await RereadAsync(cancellationToken);
        }

        // A registry may hide what is private: 404, or 401 and 403 without a challenge. Its root then says what it wants.
        private async Task<bool> ShowToHiddenAsync(CancellationToken cancellationToken)
        {
            if (_hasProbed || _credential is null)
            {
                return false;
            }

            _hasProbed = true;
            owner._challenge = await probe(cancellationToken) ?? (_credential.UserName is null ? null : Challenge.Basic);
            return owner._challenge is { IsBearer: true } || (owner._challenge is not null && _credential.ToBasicHeader() is not null);
        }

        // The files or the helper may have other credentials by now.
        private async Task<bool> RereadAsync(CancellationToken cancellationToken)
        {
            if (_hasReread || owner.OptionsSource is not { } source)
            {
                return false;
            }

            _hasReread = true;
            source.Forget();
            var before = _credential;
            _credential = await owner.FindAsync(scope, cancellationToken);
            return _credential != before;
        }

        private async Task<AuthenticationHeaderValue?> CreateHeaderAsync(CancellationToken cancellationToken) => (_credential, owner._challenge) switch
        {
            ({ RegistryToken: { } token }, _) => new AuthenticationHeaderValue("Bearer", token),
            (_, null) => null,
            (_, { IsBearer: false }) => _credential?.ToBasicHeader(),
            (_, { } bearer) => new AuthenticationHeaderValue("Bearer", await owner.TokenAsync(bearer, scope, _credential, cancellationToken)),
        };
    }

    private ICredentialSource? OptionsSource => options.CredentialSource;
}
