using System.Text.RegularExpressions;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Brokers;

namespace EdgeSync.Mqtt.Tests.Brokers;

/// <summary>
/// An idle session with a real mosquitto, which drops a client that is silent for one and a half intervals. Longer intervals are in
/// SlowBrokerTests, by the handed-in clock.
/// </summary>
public sealed class KeepAliveTests
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    [PeerTheory]
    [InlineData(5, "max_keepalive 60", 4)]
    [InlineData(60, "max_keepalive 10", 2)]
    public async Task Idle_ForSeveralIntervals_StaysConnected(int seconds, string setting, int pings)
    {
        await using var session = await TestbedSession.StartAsync();
        await using var broker = await BrokerServer.StartAsync(session, new BrokerOptions { Settings = [setting] });
        await using var client = await TestOptions.ConnectAsync(TestOptions.For(broker.Port) with { KeepAlive = TimeSpan.FromSeconds(seconds) });
        using var timeout = new CancellationTokenSource(TestOptions.Bound);

        while (Regex.Count(broker.ReadLog(), "Sending PINGRESP to ") < pings)
        {
            await Task.Delay(Poll, TimeProvider.System, timeout.Token);
        }

        Assert.True(client.State.IsConnected);
        Assert.False(client.StateChanges.TryRead(out _));
        Assert.DoesNotContain("timeout", broker.ReadLog(), StringComparison.Ordinal);
    }
}
