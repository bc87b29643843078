using EdgeSync.Testbed;
using EdgeSync.Testbed.Brokers;

namespace EdgeSync.Mqtt.Tests.Brokers;

/// <summary>One mosquitto of a test class, with few messages under way at once and small packets, so that limits are met.</summary>
public sealed class PlainBroker : PeerFixture
{
    public const int MaximumPacketSize = 4096;

    private TestbedSession? _session;

    public BrokerServer Server { get; private set; } = null!;

    public int Port => Server.Port;

    protected override async Task StartAsync()
    {
        _session = await TestbedSession.StartAsync();
        Server = await BrokerServer.StartAsync(_session, new BrokerOptions
        {
            Settings = ["max_inflight_messages 3", $"max_packet_size {MaximumPacketSize}", "persistent_client_expiration 1d"],
        });
    }

    protected override async Task StopAsync() => await _session!.DisposeAsync();
}
