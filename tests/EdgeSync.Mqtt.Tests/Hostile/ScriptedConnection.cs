using System.Net.Sockets;

namespace EdgeSync.Mqtt.Tests.Hostile;

/// <summary>One connection of a <see cref="ScriptedBroker"/>: packets as bytes, every wait bounded.</summary>
internal sealed class ScriptedConnection(TcpClient client) : IDisposable
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly NetworkStream _stream = client.GetStream();

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public Task SendAsync(string hex) => SendAsync(Bytes(hex));

    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes);
        }
        catch (IOException)
        {
            // The client has closed already; what it said before is what counts.
        }
    }

    /// <summary>The next packet of the client, or null when it has closed.</summary>
    public async Task<(byte First, byte[] Body)?> ReadAsync()
    {
        using var timeout = new CancellationTokenSource(Bound);
        var one = new byte[1];
        try
        {
            if (await _stream.ReadAsync(one, timeout.Token) == 0)
            {
                return null;
            }
        }
        catch (IOException)
        {
            return null; // reset: closed without a word
        }

        var first = one[0];
        int length = 0, shift = 0;
        do
        {
            await _stream.ReadExactlyAsync(one, timeout.Token);
            length |= (one[0] & 0x7F) << shift;
            shift += 7;
        }
        while ((one[0] & 0x80) != 0);

        var body = new byte[length];
        await _stream.ReadExactlyAsync(body, timeout.Token);
        return (first, body);
    }

    /// <summary>The next packet, which must begin with this byte.</summary>
    public async Task<byte[]> ExpectAsync(byte first)
    {
        var packet = await ReadAsync();
        Assert.NotNull(packet);
        Assert.Equal(first, packet.Value.First);
        return packet.Value.Body;
    }

    /// <summary>Reads on to the DISCONNECT, which must be the last packet; the result is its reason code.</summary>
    public async Task<int> ReadDisconnectCodeAsync()
    {
        while (await ReadAsync() is var (first, body))
        {
            if (first == 0xE0)
            {
                Assert.Null(await ReadAsync());
                return body.Length == 0 ? 0 : body[0];
            }
        }

        throw new InvalidOperationException("the client closed without a DISCONNECT");
    }

    public void Dispose() => client.Dispose();
}
