using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EdgeSync.Benchmarks.Network;

/// <summary>One connection through a <see cref="CountingForwarder"/>; the client's side of it is what is counted.</summary>
internal sealed class CountedConnection(Socket client) : IDisposable
{
    // getsockopt(IPPROTO_TCP, TCP_INFO), and where struct tcp_info of linux/tcp.h has tcpi_segs_out and tcpi_segs_in.
    private const int ProtocolTcp = 6;
    private const int TcpInfo = 11;
    private const int SegmentsOut = 136;
    private const int SegmentsIn = 140;
    private const int PieceSize = 64 * 1024;

    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private long _payload;

    public TrafficCount Read() => new(Interlocked.Read(ref _payload), ReadSegments(), 1);

    public async Task RunAsync(int target, CancellationToken cancellationToken)
    {
        try
        {
            client.NoDelay = true;
            await _server.ConnectAsync(IPAddress.Loopback, target, cancellationToken);
            await Task.WhenAll(PassAsync(client, _server, cancellationToken), PassAsync(_server, client, cancellationToken));
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException)
        {
            // One of the two has gone: the other hears of it when both sockets are closed.
        }
    }

    public void Dispose()
    {
        client.Dispose();
        _server.Dispose();
    }

    private async Task PassAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var piece = new byte[PieceSize];
        int read;
        while ((read = await from.ReceiveAsync(piece, cancellationToken)) > 0)
        {
            Interlocked.Add(ref _payload, read);
            for (var sent = 0; sent < read;)
            {
                sent += await to.SendAsync(piece.AsMemory(sent, read - sent), cancellationToken);
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }

    private long ReadSegments()
    {
        Span<byte> info = stackalloc byte[SegmentsIn + sizeof(uint)];
        var length = client.GetRawSocketOption(ProtocolTcp, TcpInfo, info);
        return length < info.Length
            ? throw new NotSupportedException("the kernel's TCP_INFO has no count of segments")
            : (long)BinaryPrimitives.ReadUInt32LittleEndian(info[SegmentsOut..]) + BinaryPrimitives.ReadUInt32LittleEndian(info[SegmentsIn..]);
    }
}
