using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeSync.Testing;

/// <summary>
/// A bad link in front of a real peer on 127.0.0.1. Each new connection takes the next planned fault, or <see cref="Fault"/> where none is
/// planned.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<ProxyFault> _planned = new();
    private readonly ConcurrentDictionary<ProxyConnection, Task> _connections = new();
    private readonly Task _accepting;
    private int _accepted;
    private long _bytesToClient;

    private FaultProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>What happens to connections that nothing is planned for.</summary>
    public ProxyFault Fault { get; set; } = ProxyFault.None;

    /// <summary>Where the proxy listens on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The same with its host.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>How many connections it has taken.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many bytes have passed to clients.</summary>
    public long BytesToClient => Interlocked.Read(ref _bytesToClient);

    /// <summary>Begins to stand in front of this port of 127.0.0.1.</summary>
    public static FaultProxy Start(int targetPort) => new(targetPort);

    /// <summary>Plans these faults for the next connections, one each.</summary>
    public void Plan(params ReadOnlySpan<ProxyFault> faults)
    {
        foreach (var fault in faults)
        {
            _planned.Enqueue(fault);
        }
    }

    /// <summary>Breaks every connection that is open now.</summary>
    public void CutAll()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Cut();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        CutAll();
        await Task.WhenAll(_connections.Values);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception failure) when (failure is OperationCanceledException or SocketException)
            {
                return;
            }

            Interlocked.Increment(ref _accepted);
            var fault = _planned.TryDequeue(out var planned) ? planned : Fault;
            var connection = new ProxyConnection(client, fault, count => Interlocked.Add(ref _bytesToClient, count));
            _connections[connection] = RunAsync(connection);
        }
    }

    private async Task RunAsync(ProxyConnection connection)
    {
        // Off the accepting loop, so that the entry exists before it is removed.
        await Task.Yield();
        using (connection)
        {
            await connection.RunAsync(_target, _stop.Token);
        }

        _connections.TryRemove(connection, out _);
    }
}
