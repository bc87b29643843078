using System.Net;
using System.Net.Sockets;

namespace EdgeSync.Mqtt.Tests.Brokers;

/// <summary>Forwards to a broker, and can go half-open (nothing passes, nothing closes) or cut everything.</summary>
internal sealed class SilentProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<TcpClient> _clients = [];
    private readonly Task _accepting;
    private volatile bool _silent;

    public SilentProxy(int target)
    {
        _listener.Start();
        _accepting = AcceptAsync(target);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>From now on nothing passes, while both sides believe that they are connected.</summary>
    public void GoSilent() => _silent = true;

    /// <summary>New connections pass again; old ones stay silent.</summary>
    public void Recover() => _silent = false;

    /// <summary>Cuts all connections.</summary>
    public void Cut()
    {
        lock (_clients)
        {
            _clients.ForEach(client => client.Dispose());
            _clients.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync(int target)
    {
        var pumps = new List<Task>();
        try
        {
            while (true)
            {
                var near = await _listener.AcceptTcpClientAsync(_stop.Token);
                var far = new TcpClient();
                await far.ConnectAsync(IPAddress.Loopback, target, _stop.Token);
                lock (_clients)
                {
                    _clients.AddRange([near, far]);
                }

                var link = new Link();
                pumps.Add(PumpAsync(near, far, link));
                pumps.Add(PumpAsync(far, near, link));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(pumps);
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Link link)
    {
        var buffer = new byte[4096];
        try
        {
            int count;
            while ((count = await from.GetStream().ReadAsync(buffer, _stop.Token)) > 0)
            {
                link.IsSilent |= _silent;
                if (!link.IsSilent)
                {
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
                }
            }

            if (!link.IsSilent && !_silent)
            {
                to.Dispose();
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Cut.
        }
    }

    private sealed class Link
    {
        public volatile bool IsSilent;
    }
}
