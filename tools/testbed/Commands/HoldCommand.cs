using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Brokers;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Testbed.Commands;

/// <summary><c>testbed hold</c>: a registry and a broker that live as long as this process.</summary>
internal static class HoldCommand
{
    public static async Task<int> RunAsync(string folder, CancellationToken cancellationToken)
    {
        await using var session = await TestbedSession.StartInAsync(folder, cancellationToken);
        var registry = await RegistryServer.StartAsync(session, cancellationToken: cancellationToken);
        var broker = await BrokerServer.StartAsync(session, cancellationToken: cancellationToken);
        await Console.Out.WriteLineAsync($"registry {registry.Address}");
        await Console.Out.WriteLineAsync($"broker   127.0.0.1:{broker.Port}");
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await Console.Out.WriteLineAsync("stopping");
        }

        return ExitCodes.Ok;
    }
}
