namespace EdgeSync.Kubernetes.Api;

/// <summary>
/// Gives each request the credential to log in with. A credential of an exec plugin is kept until it expires or the API server rejects it.
/// Safe for concurrent use: the plugin runs once for all requests that wait for it.
/// </summary>
internal sealed class ApiLogin(Kubeconfig config, TimeSpan pluginTimeout, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private ApiCredential? _fromPlugin;

    /// <summary>Whether <see cref="RenewAsync"/> can bring another credential than the one before.</summary>
    public bool CanRenew => config.Plugin is not null;

    public async Task<ApiCredential> GetAsync(CancellationToken cancellationToken)
    {
        if (config.Plugin is not null)
        {
            return Valid() ?? await RunPluginAsync(rejected: null, cancellationToken);
        }

        var token = config.TokenFile is { } file ? (await ReadTokenAsync(file, cancellationToken)).Trim() : config.Token;
        return new ApiCredential(token, config.ClientCertificate);
    }

    /// <summary>Gets a new credential from the plugin, unless another request has already done so since this one was rejected.</summary>
    public Task<ApiCredential> RenewAsync(ApiCredential rejected, CancellationToken cancellationToken) => RunPluginAsync(rejected, cancellationToken);

    public void Dispose() => _turn.Dispose();

    private ApiCredential? Valid() => _fromPlugin is { } known && (known.ExpiresAt is not { } end || time.GetUtcNow() < end) ? known : null;

    private async Task<ApiCredential> RunPluginAsync(ApiCredential? rejected, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (Valid() is { } known && !ReferenceEquals(known, rejected))
            {
                return known;
            }

            var fresh = await config.Plugin!.RunAsync(pluginTimeout, time, cancellationToken);

            // A plugin may give a token and leave the certificate to the kubeconfig.
            _fromPlugin = fresh.Certificate is null ? fresh with { Certificate = config.ClientCertificate } : fresh;
            return _fromPlugin;
        }
        finally
        {
            _turn.Release();
        }
    }

    // Such tokens are rotated in place, so the file is read for each request.
    private static async Task<string> ReadTokenAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesApiException(ApiReasons.KubeconfigInvalid, $"the token file '{file}' cannot be read: {failure.Message}", failure)
            {
                Subject = file,
            };
        }
    }
}
