using System.CommandLine;
using EdgeSync.Oci.Registries;

namespace EdgeSync.Agent.Commands;

/// <summary>One client for each registry that a verb connects to; disposed together.</summary>
internal sealed class RegistryClientPool(ParseResult parsed, RegistryArguments arguments) : IDisposable
{
    private readonly Dictionary<string, RegistryClient> _clients = new(StringComparer.OrdinalIgnoreCase);

    public async Task<RegistryClient> GetAsync(string host, CancellationToken cancellationToken)
    {
        if (!_clients.TryGetValue(host, out var client))
        {
            client = await arguments.ConnectAsync(parsed, host, cancellationToken);
            _clients.Add(host, client);
        }

        return client;
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }
}
