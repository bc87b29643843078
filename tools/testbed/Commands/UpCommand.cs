using System.Globalization;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Brokers;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Testbed.Commands;

/// <summary><c>testbed up</c>: everything in one folder, running on after this process.</summary>
internal static class UpCommand
{
    public static async Task<int> RunAsync(string folder, bool apiOnly, CancellationToken cancellationToken)
    {
        await TestbedSession.EndAsync(folder, cancellationToken);
        await using var session = TestbedSession.StartDetached(folder);
        try
        {
            var registry = await RegistryServer.StartAsync(session, cancellationToken: cancellationToken);
            await Console.Out.WriteLineAsync($"registry    {registry.Address}");
            var broker = await BrokerServer.StartAsync(session, cancellationToken: cancellationToken);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"broker      127.0.0.1:{broker.Port}"));
            var node = await KubernetesNode.StartAsync(session, new KubernetesNodeOptions { ApiOnly = apiOnly }, cancellationToken);
            await Console.Out.WriteLineAsync($"kubeconfig  {node.KubeconfigPath}");
            if (node.RuntimeEndpoint is not null)
            {
                await Console.Out.WriteLineAsync($"runtime     {node.RuntimeEndpoint}\nhosts       {node.HostsDirectory}");
            }

            return ExitCodes.Ok;
        }
        catch (Exception failure) when (failure is EdgeSyncException or OperationCanceledException)
        {
            // Half a testbed helps nobody.
            await TestbedSession.EndAsync(folder, CancellationToken.None);
            throw;
        }
    }
}
