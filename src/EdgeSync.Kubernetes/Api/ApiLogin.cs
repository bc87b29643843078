using System.Text;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;

namespace EdgeSync.Kubernetes.Api;

/// <summary>
/// Gives each request the kubeconfig and the credential to log in with, as the files on disk say now: k3s renews its own kubeconfig, and tokens and certificates
/// are replaced in place. A credential of an exec plugin is kept until it expires or the API server rejects it. Safe for concurrent use: the plugin runs once
/// for all requests that wait for it.
/// </summary>
internal sealed class ApiLogin(Kubeconfig first, TimeSpan pluginTimeout, TimeProvider time) : IDisposable
{
    private const int MaxTokenBytes = 1024 * 1024;

    /// <summary>How old what is known of the files may be; a rejected login looks at them at once.</summary>
    private static readonly TimeSpan ReadInterval = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Lock _lock = new();
    private Kubeconfig _config = first;
    private long _readAt = time.GetTimestamp();
    private (Kubeconfig Config, ApiCredential Credential)? _fromPlugin;
    private (string File, string Token)? _fromFile;

    public async Task<(Kubeconfig Config, ApiCredential Credential)> GetAsync(CancellationToken cancellationToken)
    {
        var config = Current();
        if (config.Plugin is not null)
        {
            return (config, ValidFromPlugin(config) ?? await RunPluginAsync(config, rejected: null, cancellationToken));
        }

        var token = config.TokenFile is { } file ? await ReadTokenAsync(file, cancellationToken) : config.Token;
        return (config, new ApiCredential(token, config.ClientCertificate));
    }

    /// <summary>
    /// Another login than the rejected one: from changed files, or from another run of the plugin unless another request has already caused it. Null where
    /// there is none. Throws <see cref="KubernetesApiException"/> where the files have changed and cannot be used.
    /// </summary>
    public async Task<(Kubeconfig Config, ApiCredential Credential)?> RenewAsync(
        Kubeconfig rejectedConfig, ApiCredential rejected, CancellationToken cancellationToken)
    {
        ReadAgain();
        if (Current() is var config && ReferenceEquals(config, rejectedConfig) && config.Plugin is not null)
        {
            return (config, await RunPluginAsync(config, rejected, cancellationToken));
        }

        var (other, credential) = await GetAsync(cancellationToken);
        return ReferenceEquals(other, rejectedConfig) && credential.Token == rejected.Token ? null : (other, credential);
    }

    /// <summary>Whether the files now say something else than this kubeconfig. Call it after a connection failed.</summary>
    public bool HasChanged(Kubeconfig used)
    {
        try
        {
            ReadAgain();
        }
        catch (KubernetesApiException)
        {
            // The failed connection is what to report; a file that is being written is read again soon.
        }

        return !ReferenceEquals(Current(), used);
    }

    public void Dispose() => _turn.Dispose();

    private Kubeconfig Current()
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_readAt) < ReadInterval)
            {
                return _config;
            }
        }

        try
        {
            ReadAgain();
        }
        catch (KubernetesApiException)
        {
            // Somebody may be writing the files. What was read before counts until the API server rejects it.
        }

        lock (_lock)
        {
            return _config;
        }
    }

    private void ReadAgain()
    {
        lock (_lock)
        {
            _readAt = time.GetTimestamp();
            _config = _config.LoadChanged() ?? _config;
        }
    }

    private ApiCredential? ValidFromPlugin(Kubeconfig config) =>
        _fromPlugin is { } known && ReferenceEquals(known.Config, config) && (known.Credential.ExpiresAt is not { } end || time.GetUtcNow() < end)
            ? known.Credential
            : null;

    private async Task<ApiCredential> RunPluginAsync(Kubeconfig config, ApiCredential? rejected, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (ValidFromPlugin(config) is { } known && !ReferenceEquals(known, rejected))
            {
                return known;
            }

            var fresh = await config.Plugin!.RunAsync(pluginTimeout, time, cancellationToken);

            // A plugin may give a token and leave the certificate to the kubeconfig.
            fresh = fresh.Certificate is null ? fresh with { Certificate = config.ClientCertificate } : fresh;
            _fromPlugin = (config, fresh);
            return fresh;
        }
        finally
        {
            _turn.Release();
        }
    }

    // Such tokens are rotated in place, so the file is read for each request. While it is being written, the token from before counts.
    private async Task<string> ReadTokenAsync(string file, CancellationToken cancellationToken)
    {
        string problem;
        try
        {
            var token = await BoundedFile.ReadAsync(file, MaxTokenBytes, cancellationToken) is { } bytes ? Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Trim() : null;
            if (!string.IsNullOrEmpty(token))
            {
                lock (_lock)
                {
                    _fromFile = (file, token);
                }

                return token;
            }

            problem = token is null ? $"the token file '{file}' does not exist" : $"the token file '{file}' is empty";
        }
        catch (StorageException failure)
        {
            problem = $"the token file of the kubeconfig is refused: {failure.Message}";
        }

        lock (_lock)
        {
            return _fromFile is { } before && before.File == file
                ? before.Token
                : throw new KubernetesApiException(ApiReasons.KubeconfigInvalid, problem) { Subject = file, ExitCode = ExitCodes.BadConfiguration };
        }
    }
}
