using EdgeSync.Oci.Content;

namespace EdgeSync.Oci.Registries.Authentication;

/// <summary>
/// The logins of one registry in docker's configuration file. The file is read again when it changes; what helpers answered is remembered for a few
/// minutes. A helper that is missing or fails is a warning and no login, so that public images stay reachable.
/// </summary>
public sealed class DockerLogins : ICredentialSource, IDisposable
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);

    private readonly string _path;
    private readonly string _registry;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<(string Helper, string Server), (RegistryCredential? Credential, long At)> _answers = [];
    private readonly HashSet<string> _warnings = [];
    private volatile bool _isForgotten;
    private FileIdentity? _identity;
    private DockerConfigFile? _file;

    private DockerLogins(string path, string registry, TimeProvider time, Action<string> warn)
    {
        _path = path;
        _registry = registry;
        _time = time;
        _warn = warn;
    }

    /// <summary>
    /// The logins for this registry (host, or host and port) in a file, which is read at once. <paramref name="warn"/> gets each warning once. Throws
    /// <see cref="RegistryException"/> with <see cref="RegistryReasons.CredentialsInvalid"/> for a file that cannot be read; later, the last good one counts.
    /// </summary>
    public static async Task<DockerLogins> OpenAsync(
        string path, string registry, TimeProvider time, Action<string> warn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(warn);
        var logins = new DockerLogins(path, registry, time, warn);
        await logins.ReadAsync_NeedsLock(cancellationToken);
        return logins;
    }

    /// <inheritdoc/>
    public async Task<RegistryCredential?> FindAsync(string? repository, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var file = await ReadAsync_NeedsLock(cancellationToken);
            if (_isForgotten)
            {
                _isForgotten = false;
                _answers.Clear();
            }

            foreach (var login in file.Find(_registry, repository))
            {
                if ((login.Credential ?? await AskAsync_NeedsLock(login, cancellationToken)) is { } credential)
                {
                    return credential;
                }
            }

            return null;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Forget() => _isForgotten = true;

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<DockerConfigFile> ReadAsync_NeedsLock(CancellationToken cancellationToken)
    {
        var identity = FileIdentity.TryOf(_path);
        if (_file is not null && identity == _identity)
        {
            return _file;
        }

        try
        {
            _file = await DockerConfigFile.LoadAsync(_path, cancellationToken);
            _answers.Clear();
        }
        catch (RegistryException failure) when (_file is not null)
        {
            // Somebody is writing it, or made a mistake: the last good one counts until it can be read.
            Warn(failure.Message);
        }

        _identity = identity;
        return _file;
    }

    private void Warn(string warning)
    {
        if (_warnings.Add(warning))
        {
            _warn(warning);
        }
    }

    private async Task<RegistryCredential?> AskAsync_NeedsLock(DockerLogin login, CancellationToken cancellationToken)
    {
        var key = (login.Helper!, login.Server);
        if (_answers.TryGetValue(key, out var known) && _time.GetElapsedTime(known.At) < Remembered)
        {
            return known.Credential;
        }

        var answer = await CredentialHelper.GetAsync(login.Helper!, login.Server, _time, cancellationToken);
        if (answer.Warning is { } warning)
        {
            Warn(warning);
        }

        _answers[key] = (answer.Credential, _time.GetTimestamp());
        return answer.Credential;
    }
}
