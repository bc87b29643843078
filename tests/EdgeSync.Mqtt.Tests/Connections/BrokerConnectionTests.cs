using System.Net.Sockets;
using System.Security.Authentication;
using EdgeSync.Mqtt.Connections;
using EdgeSync.Mqtt.Tests.Brokers;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Mqtt.Tests.Connections;

/// <summary>CONNECT on a connection that the broker closes early, at a moment that no real broker hits each time.</summary>
public sealed class BrokerConnectionTests
{
    /// <summary>A broker that refuses the certificate closes before it reads; its alert is still unread when the write fails.</summary>
    [Fact]
    public async Task ConnectAsync_HungUpBeforeConnectIsWritten_FailsWithWhatTheBrokerSaid()
    {
        var alert = new IOException("no", new AuthenticationException("certificate required"));

        var failure = await FailureAsync(new HungUpStream(alert));

        Assert.Equal(MqttReasons.TlsRejected, failure.Reason);
        Assert.Contains("certificate required", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConnectAsync_HungUpWithoutAReason_FailsAsLost()
    {
        var reset = new IOException("reset", new SocketException((int)SocketError.ConnectionReset));

        var failure = await FailureAsync(new HungUpStream(reset));

        Assert.Equal(MqttReasons.ConnectionLost, failure.Reason);
    }

    private static async Task<MqttException> FailureAsync(Stream stream)
    {
        var options = TestOptions.For(1883) with { Tls = new MqttTlsOptions { CaFile = "ca.pem" } };
        var refused = new RefusedTopics(TimeProvider.System);
        var subscriptions = new SubscriptionQueue(options, refused, NullLogger.Instance);
        var publishes = new PublishQueue(options, refused, TimeProvider.System);
        using var channel = new BrokerChannel(new Socket(SocketType.Stream, ProtocolType.Tcp), stream, options, TimeProvider.System);
        using var connection = new BrokerConnection(channel, options, subscriptions, publishes, TimeProvider.System, _ => { });
        return await Assert.ThrowsAsync<MqttException>(() => connection.ConnectAsync(CancellationToken.None));
    }

    /// <summary>Takes no more bytes; a read gives what the peer sent last.</summary>
    private sealed class HungUpStream(IOException left) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException(new IOException("broken pipe", new SocketException((int)SocketError.Shutdown)));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(left);
    }
}
