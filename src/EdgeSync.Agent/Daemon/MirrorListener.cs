using System.Net;
using System.Net.Sockets;
using EdgeSync.Contracts.Messaging;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EdgeSync.Agent.Daemon;

/// <summary>
/// Listens on the mirror's address, and where another process has it, tries again until it is free. Meanwhile the mirror is down, the status says so, and
/// everything else goes on. Other addresses than those of TCP are not for this listener.
/// </summary>
internal sealed partial class MirrorListener(
    IOptions<SocketTransportOptions> options, ILoggerFactory loggers, TimeProvider time, ILogger<MirrorListener> logger)
    : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly SocketTransportFactory _sockets = new(options, loggers);
    private volatile SiteNotice? _notice;

    /// <summary>Raised when the mirror goes up or down.</summary>
    public event Action? Changed;

    /// <summary>That the mirror is down, or null.</summary>
    public SiteNotice? Notice => _notice;

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        await TryBindAsync(endpoint, cancellationToken) ?? new Waiting(this, endpoint);

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
                Set(new SiteNotice(
                    "AddressInUse",
                    $"the mirror is down, because it cannot listen on {endpoint}: {why}; pods cannot pull their images from this site",
                    "End the other process, or choose another address with mirror.listen and run 'edgesync setup' again; the agent tries again every few seconds."));
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
    private sealed class Waiting(MirrorListener owner, EndPoint endpoint) : IConnectionListener
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

    [LoggerMessage(AgentEventIds.MirrorDown, LogLevel.Error, "The mirror cannot listen on {Address}, because {Reason}; it tries again, and everything else goes on")]
    private partial void LogDown(EndPoint address, string reason);

    [LoggerMessage(AgentEventIds.MirrorUp, LogLevel.Information, "The mirror listens on {Address} now")]
    private partial void LogUp(EndPoint address);
}
