using System.Net;
using System.Net.Sockets;

namespace EdgeSync.Testing;

/// <summary>One connection through a <see cref="FaultProxy"/>.</summary>
internal sealed class ProxyConnection(Socket client, ProxyFault fault, Action<int> count) : IDisposable
{
    private const int PieceSize = 16 * 1024;

    private readonly Socket _peer = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private int _ended;

    public async Task RunAsync(int target, CancellationToken cancellationToken)
    {
        try
        {
            if (fault.Refuse)
            {
                Cut();
                return;
            }

            client.NoDelay = true;
            await _peer.ConnectAsync(IPAddress.Loopback, target, cancellationToken);
            await Task.WhenAny(PassUpAsync(cancellationToken), PassDownAsync(cancellationToken)).Unwrap();
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            Cut();
        }
    }

    /// <summary>Breaks it with a reset.</summary>
    public void Cut()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            client.Dispose();
            _peer.Dispose();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            client.Dispose();
            _peer.Dispose();
        }
    }

    private async Task PassUpAsync(CancellationToken cancellationToken)
    {
        var piece = new byte[PieceSize];
        var passed = 0L;
        int read;
        while ((read = await client.ReceiveAsync(piece, cancellationToken)) > 0)
        {
            await _peer.SendAsync(piece.AsMemory(0, read), cancellationToken);
            passed += read;
            if (passed >= fault.CutAfterSent)
            {
                Cut();
                return;
            }
        }
    }

    private async Task PassDownAsync(CancellationToken cancellationToken)
    {
        var piece = new byte[PieceSize];
        var passed = 0L;
        int read;
        while ((read = await _peer.ReceiveAsync(piece.AsMemory(0, Room(passed)), cancellationToken)) > 0)
        {
            if (fault.Delay > TimeSpan.Zero)
            {
                await Task.Delay(fault.Delay, TimeProvider.System, cancellationToken);
            }

            if (fault.CorruptAt is { } at && at >= passed && at < passed + read)
            {
                piece[at - passed] ^= 0xff;
            }

            await client.SendAsync(piece.AsMemory(0, read), cancellationToken);
            count(read);
            passed += read;
            await EndWhereDueAsync(passed, cancellationToken);
        }
    }

    // Never more than what may still pass, so that a cut is exact to the byte.
    private int Room(long passed)
    {
        var end = Math.Min(fault.CutAfter ?? long.MaxValue, fault.SilentAfter ?? long.MaxValue);
        return (int)Math.Clamp(end - passed, 1, PieceSize);
    }

    private async Task EndWhereDueAsync(long passed, CancellationToken cancellationToken)
    {
        if (passed >= fault.SilentAfter)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        if (passed >= fault.CutAfter)
        {
            if (fault.CutsPolitely)
            {
                client.Shutdown(SocketShutdown.Both);
                Dispose();
            }
            else
            {
                Cut();
            }
        }
    }
}
