using System.Collections.Concurrent;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Time;
using EdgeSync.Oci.Registries;
using EdgeSync.Oci.Registries.Authentication;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Sources;

/// <summary>One client for each registry host, as configured; a host that the configuration does not name gets the defaults.</summary>
internal sealed partial class RegistryClients(
    IReadOnlyList<RegistrySection> registries, SiteClock time, RetryPolicy retries, ILogger<RegistryClient> logger) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<RegistryClient>>> _clients = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The client of this host; it stays ours to dispose.</summary>
    public async Task<RegistryClient> GetAsync(string host, CancellationToken cancellationToken)
    {
        // All callers share the client, so that none of their tokens may cancel its creation; each may stop waiting for it.
        var client = _clients.GetOrAdd(host, name => new Lazy<Task<RegistryClient>>(() => CreateAsync(name, CancellationToken.None)));
        try
        {
            return await client.Value.WaitAsync(cancellationToken);
        }
        catch (Exception) when (client.Value.IsFaulted)
        {
            // An operator may correct a credential file while the agent runs: read it again next time.
            _clients.TryRemove(KeyValuePair.Create(host, client));
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values.Where(client => client is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }))
        {
            client.Value.Result.Dispose();
        }
    }

    private async Task<RegistryClient> CreateAsync(string host, CancellationToken cancellationToken)
    {
        var section = registries.FirstOrDefault(registry => string.Equals(registry.Host, host, StringComparison.OrdinalIgnoreCase));
        var options = section is null
            ? new RegistryOptions { Host = host, TimeSeen = SeeTime }
            : new RegistryOptions
            {
                Host = host,
                PlainHttp = section.PlainHttp,
                CertificateAuthorityFile = section.CaFile,
                ClientCertificateFile = section.ClientCertificateFile,
                ClientKeyFile = section.ClientKeyFile,
                CredentialSource = await OpenCredentialsAsync(section, cancellationToken),
                TimeSeen = SeeTime,
            };
        return new RegistryClient(options, time, retries, logger);
    }

    private void SeeTime(DateTimeOffset said) => time.ProveByPeer(said, isNow: true);

    private async Task<ICredentialSource?> OpenCredentialsAsync(RegistrySection section, CancellationToken cancellationToken) => section switch
    {
        { UsernameFile: { } user, PasswordFile: { } password } => CredentialFiles.OfPassword(user, password),
        { TokenFile: { } token } => CredentialFiles.OfToken(token),
        { DockerConfig: { } path } => await DockerLogins.OpenAsync(path, section.Host, time, LogLogin, cancellationToken),
        _ => null,
    };

    [LoggerMessage(AgentEventIds.RegistryLoginWarning, LogLevel.Warning, "{Message}")]
    private partial void LogLogin(string message);
}
