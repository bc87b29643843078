using System.Net;
using System.Net.Sockets;
using EdgeSync.Contracts.Messaging;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Listens on one address, and where another process has it, tries again until it is free. Meanwhile the status says so, and everything else goes on. Other
/// addresses are not for this listener.
/// </summary>
internal abstract class RetryingListener(IPEndPoint address, IOptions<SocketTransportOptions> options, ILoggerFactory loggers, TimeProvider time)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly SocketTransportFactory _sockets = new(options, loggers);
    private volatile SiteNotice? _notice;

    /// <summary>Raised when it goes up or down.</summary>
    public event Action? Changed;

    /// <summary>That it is down, or null.</summary>
    public SiteNotice? Notice => _notice;

    public bool CanBind(EndPoint endpoint) => address.Equals(endpoint);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        await TryBindAsync(endpoint, cancellationToken) ?? new Waiting(this, endpoint);

    /// <summary>What the status says while it is down.</summary>
    protected abstract SiteNotice Describe(EndPoint endpoint, string why);

    /// <summary>Logs that it is up after it was down.</summary>
    protected abstract void LogUp(EndPoint endpoint);

    /// <summary>Logs that it is down.</summary>
    protected abstract void LogDown(EndPoint endpoint, string why);

    private async Task<IConnectionListener?> TryBindAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            var listener = await _sockets.BindAsync(endpoint, cancellationToken);
            if (_notice is not null)
            {
                Set(null);
                LogUp(endpoint);
            }

            return listener;
        }
        catch (Exception failure) when (failure is SocketException or AddressInUseException)
        {
            if (_notice is null)
            {
                var why = failure is SocketException { SocketErrorCode: not SocketError.AddressAlreadyInUse } ? "the address cannot be used" : "another process uses the address";
                Set(Describe(endpoint, why));
                LogDown(endpoint, why);
            }

            return null;
        }
    }

    private void Set(SiteNotice? notice)
    {
        _notice = notice;
        Changed?.Invoke();
    }

    /// <summary>A listener that has no socket yet.</summary>
    private sealed class Waiting(RetryingListener owner, EndPoint endpoint) : IConnectionListener
    {
        private readonly CancellationTokenSource _unbound = new();
        private IConnectionListener? _listener;

        public EndPoint EndPoint => endpoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _unbound.Token);
            try
            {
                while (_listener is null)
                {
                    await Task.Delay(Pause, owner.Time, either.Token);
                    _listener = await owner.TryBindAsync(endpoint, either.Token);
                }
            }
            catch (OperationCanceledException) when (_unbound.IsCancellationRequested)
            {
                return null;
            }

            return await _listener.AcceptAsync(cancellationToken);
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync();
            if (_listener is { } listener)
            {
                await listener.UnbindAsync(cancellationToken);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _unbound.CancelAsync();
            if (_listener is { } listener)
            {
                await listener.DisposeAsync();
            }
        }
    }

    private TimeProvider Time => time;
}
