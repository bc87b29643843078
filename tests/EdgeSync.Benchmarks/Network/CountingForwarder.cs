using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeSync.Benchmarks.Network;

/// <summary>Stands on loopback in front of a server, passes everything on and counts it.</summary>
internal sealed class CountingForwarder : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<CountedConnection, Task> _open = new();
    private readonly Lock _lock = new();
    private readonly Task _accepting;
    private TrafficCount _closed = new(0, 0, 0);

    public CountingForwarder(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>All that has passed until now, over closed and open connections.</summary>
    public TrafficCount Read()
    {
        lock (_lock)
        {
            var open = _open.Keys.Select(connection => connection.Read()).ToList();
            return new TrafficCount(
                _closed.Payload + open.Sum(c => c.Payload), _closed.Segments + open.Sum(c => c.Segments), _closed.Connections + open.Count);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_open.Values);
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

            var connection = new CountedConnection(client);
            _open[connection] = RunAsync(connection);
        }
    }

    private async Task RunAsync(CountedConnection connection)
    {
        // Off the accepting loop, so that the entry exists before it is removed.
        await Task.Yield();
        using (connection)
        {
            await connection.RunAsync(_target, _stop.Token);
            lock (_lock)
            {
                var count = connection.Read();
                _closed = new TrafficCount(_closed.Payload + count.Payload, _closed.Segments + count.Segments, _closed.Connections + 1);
                _open.TryRemove(connection, out _);
            }
        }
    }
}
