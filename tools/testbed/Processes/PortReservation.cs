using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace EdgeSync.Testbed.Processes;

/// <summary>A port of 127.0.0.1 that no other run takes while this one lives, also in between a stop and a start again.</summary>
internal sealed class PortReservation : IAsyncDisposable
{
    // Below what the kernel gives to outgoing connections and below Kubernetes' node ports.
    private const int First = 20_000;
    private const int End = 30_000;
    private readonly FileLock _lock;

    private PortReservation(int port, FileLock held)
    {
        Port = port;
        _lock = held;
    }

    public int Port { get; }

    public static PortReservation Take()
    {
        for (var attempt = 0; attempt < 1_000; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            if (FileLock.TryAcquire(Path.Combine(TestbedPaths.Ports, $"{port}")) is not { } held)
            {
                continue;
            }

            if (IsFree(port))
            {
                return new PortReservation(port, held);
            }

            held.Release();
        }

        throw new TestbedException("NoFreePort", $"No free port between {First} and {End}.");
    }

    public ValueTask DisposeAsync() => _lock.DisposeAsync();

    private static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
