using System.Net.Sockets;
using System.Security.Authentication;
using EdgeSync.Mqtt.Connections;
using EdgeSync.Mqtt.Tests.Brokers;

namespace EdgeSync.Mqtt.Tests.Connections;

/// <summary>CONNECT on a connection that the broker ends early, at a moment that no real broker can be made to hit each time.</summary>
public sealed class HandshakeTests
{
    /// <summary>A broker that refuses the certificate hangs up before it reads; its alert lies unread when the write fails.</summary>
    [Fact]
    public async Task RunAsync_HungUpBeforeConnectIsWritten_FailsWithWhatTheBrokerSaid()
    {
        var alert = new IOException("no", new AuthenticationException("certificate required"));

        var failure = await FailureAsync(new HungUpStream(alert));

        Assert.Same(alert, failure);
    }

    [Fact]
    public async Task RunAsync_HungUpWithoutAWord_FailsAsLost()
    {
        var reset = new IOException("reset", new SocketException((int)SocketError.ConnectionReset));

        var failure = await FailureAsync(new HungUpStream(reset));

        Assert.Equal(MqttReasons.ConnectionLost, TransportFailures.WhileConnecting(failure, TestOptions.For(1883)).Reason);
    }

    private static async Task<Exception> FailureAsync(Stream stream)
    {
        using var deadline = new Deadline(TestOptions.Bound, TimeProvider.System, () => { });
        var packets = new PacketStream(stream, 1024, deadline);
        return await Assert.ThrowsAsync<IOException>(
            () => Handshake.RunAsync(stream, packets, TestOptions.For(1883), "site", cleanStart: true, CancellationToken.None));
    }

    /// <summary>Takes no byte more; reading says what the peer left behind.</summary>
    private sealed class HungUpStream(IOException left) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException(new IOException("broken pipe", new SocketException((int)SocketError.Shutdown)));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(left);
    }
}
