using System.Net;
using System.Net.Sockets;
using EdgeSync.Mqtt;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Fuzz.Tests;

/// <summary>A broker may send any bytes: the session leaves it and connects again. It does not crash, hang, or report a fault of its own.</summary>
public sealed class MqttPacketFuzzTests : IDisposable
{
    private const int Most = 16 * 1024;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    // Valid packets to start from: a byte changed in one of these goes deeper than noise.
    private static readonly byte[][] Seeds =
    [
        Packet("33", "0003612F62 0005", "0101 020000000A 03000163 08000172 0900020102 0B05 26000161000162", "787980"),
        Packet("30", "000161", "", "78"),
        Packet("40", "0005 87", "1F00026E6F 26000161000162", ""),
        Packet("90", "0008", "1F000178", "000187"),
        Packet("B0", "0007", "2600016100016226000163000164", "0011"),
        Packet("E0", "9C", "1C000178 1F000179", ""),
        [0xD0, 0x00],
    ];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public MqttPacketFuzzTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Session_MutatedPackets_ConnectsAgainAfterEachOfThem()
    {
        using var stop = new CancellationTokenSource();
        var session = new MqttSession(
            new MqttSessionOptions
            {
                Host = "127.0.0.1",
                Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
                ClientId = "fuzz",
                MaximumPacketSize = Most,
                BackoffFirst = TimeSpan.FromMilliseconds(1),
                BackoffCap = TimeSpan.FromMilliseconds(1),
                TakeoverDelay = TimeSpan.FromMilliseconds(1),
            },
            TimeProvider.System,
            new RetryPolicy(TimeProvider.System, new Random(1)),
            NullLogger<MqttSession>.Instance);
        var running = Task.Run(() => session.RunAsync(stop.Token));
        var receiving = Task.Run(() => ReceiveAsync(session));

        FuzzRun.Repeat(random => AttackOnce(session, Mutate(random)));
        await stop.CancelAsync();
        _listener.Stop();
        await Task.WhenAll(running, receiving).WaitAsync(Bound);
    }

    private static async Task ReceiveAsync(MqttSession session)
    {
        await foreach (var delivery in session.ReceiveAsync())
        {
            Assert.True(delivery.Message.Payload.Length <= Most);
            delivery.Acknowledge();
        }
    }

    /// <summary>
    /// Takes the session's next connection, which must come, and sends it the bytes after CONNACK or in its place. The session must close the
    /// connection, and must blame the broker or the link for it and not itself.
    /// </summary>
    private void AttackOnce(MqttSession session, byte[] input)
    {
        using var timeout = new CancellationTokenSource(Bound);
        try
        {
            AttackOnceAsync(session, input, timeout.Token).GetAwaiter().GetResult();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"packet {Convert.ToHexString(input)}", failure);
        }
    }

    private async Task AttackOnceAsync(MqttSession session, byte[] input, CancellationToken cancellationToken)
    {
        using (var client = await _listener.AcceptTcpClientAsync(cancellationToken))
        {
            var stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte[2], cancellationToken);
            byte[] connAck = input.Length % 4 != 0 ? [0x20, 0x03, 0x01, 0x00, 0x00] : [];
            await stream.WriteAsync((byte[])[.. connAck, .. input], cancellationToken);
            client.Client.Shutdown(SocketShutdown.Send);
            await ReadToEndAsync(stream, cancellationToken);
        }

        // The session posts this state once for each connection, so no state is dropped and each one belongs to its packet.
        MqttSessionState state;
        do
        {
            state = await session.StateChanges.ReadAsync(cancellationToken);
        }
        while (state.IsConnected);

        Assert.NotNull(state.Failure);
        Assert.NotEqual(MqttReasons.InternalError, state.Failure.Reason);
    }

    private static async Task ReadToEndAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (IOException)
        {
            // The session closed with unread bytes, which resets the connection.
        }
    }

    private static byte[] Packet(string first, string fields, string properties, string rest)
    {
        static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var block = Bytes(properties);
        byte[] body = [.. Bytes(fields), (byte)block.Length, .. block, .. Bytes(rest)];
        return [.. Bytes(first), (byte)body.Length, .. body];
    }

    private static byte[] Mutate(Random random)
    {
        if (random.Next(8) == 0)
        {
            var noise = new byte[random.Next(1, 300)];
            random.NextBytes(noise);
            return noise;
        }

        var bytes = new List<byte>(Seeds[random.Next(Seeds.Length)]);
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(3))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 40))));
                    break;
            }
        }

        // Most of the time the length fits again, so that the fault lies deeper.
        if (bytes.Count is > 2 and < 130 && random.Next(4) != 0)
        {
            bytes[1] = (byte)(bytes.Count - 2);
        }

        return [.. bytes];
    }
}
