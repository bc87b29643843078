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
    private const int Attempts = 1_000;
    private readonly FileLock _lock;

    private PortReservation(int port, FileLock held)
    {
        Port = port;
        _lock = held;
    }

    public int Port { get; }

    public static PortReservation Take()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (TryTake(RandomNumberGenerator.GetInt32(First, End)) is { } taken)
            {
                return taken;
            }
        }

        throw NoneFree();
    }

    /// <summary>Two ports in a row.</summary>
    public static async Task<(PortReservation Lower, PortReservation Upper)> TakePairAsync()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var lower = Take();
            if (TryTake(lower.Port + 1) is { } upper)
            {
                return (lower, upper);
            }

            await lower.DisposeAsync();
        }

        throw NoneFree();
    }

    public ValueTask DisposeAsync() => _lock.DisposeAsync();

    private static PortReservation? TryTake(int port)
    {
        if (FileLock.TryAcquire(Path.Combine(TestbedPaths.Ports, $"{port}")) is not { } held)
        {
            return null;
        }

        if (IsFree(port))
        {
            return new PortReservation(port, held);
        }

        held.Release();
        return null;
    }

    private static TestbedException NoneFree() => new("NoFreePort", $"No free port between {First} and {End}.");

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
