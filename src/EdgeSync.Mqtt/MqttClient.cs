using System.Threading.Channels;
using EdgeSync.Mqtt.Connections;
using EdgeSync.Mqtt.Sessions;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Mqtt;

/// <summary>
/// An MQTT 5.0 client that keeps one session with one broker over any number of connections. It offers QoS 0 and 1. All members may be called
/// from any thread.
/// </summary>
public sealed class MqttClient : IAsyncDisposable
{
    private readonly MqttClientOptions _options;
    private readonly TimeProvider _time;
    private readonly MqttSession _session;
    private readonly StateBoard _board = new();
    private readonly ConnectionLoop _loop;
    private readonly Lock _lock = new();
    private Task? _running;
    private Task? _stopping;

    /// <summary>
    /// A client that does nothing before <see cref="Start"/>. It alone may use <paramref name="random"/>. Throws
    /// <see cref="ArgumentException"/> where an option is out of range, or a password would travel without TLS, and
    /// <see cref="MqttException"/> where the will is not a message that can be sent.
    /// </summary>
    public MqttClient(MqttClientOptions options, TimeProvider time, Random random, ILogger<MqttClient> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsRules.Check(options);
        (_options, _time) = (options, time);
        _session = new MqttSession(options, time);
        _loop = new ConnectionLoop(options, _session, _board, time, random, logger);
    }

    /// <summary>How the client stands with the broker now.</summary>
    public MqttConnectionState State => _board.Current;

    /// <summary>
    /// Every change of <see cref="State"/>, for one reader; ends after a stop. A reader that is more than 64 changes behind misses the oldest.
    /// </summary>
    public ChannelReader<MqttConnectionState> StateChanges => _board.Changes;

    /// <summary>How many messages were dropped because the application did not read them in time (QoS 0, and those of a session that the broker lost).</summary>
    public long DroppedMessages => _session.Incoming.Dropped;

    /// <summary>Begins to connect, and from then on to connect again whenever the connection is lost. Does not wait, and fails for nothing outside.</summary>
    public void Start()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping is not null, this);
            _running ??= Task.Run(_loop.RunAsync);
        }
    }

    /// <summary>Waits until there is a connection. Throws <see cref="MqttException"/> (<see cref="MqttReasons.Stopped"/>) if the client stops before.</summary>
    public Task<MqttConnectionState> WaitForConnectionAsync(CancellationToken cancellationToken = default) =>
        _board.Connected.WaitAsync(cancellationToken);

    /// <summary>
    /// Sends a message, in the order of the calls, and completes when the broker has acknowledged it (QoS 1) or the bytes have left (QoS 0).
    /// The answer is <see cref="MqttReasonCode.Success"/>, or <see cref="MqttReasonCode.NoMatchingSubscribers"/> from a broker that says so.
    /// Waits for a connection unless <see cref="MqttClientOptions.FailWhenOffline"/>. Cancelling it ends the
    /// waiting; a message that was sent already may arrive all the same. Throws <see cref="MqttException"/>: the broker's refusal, a limit
    /// that it set, <see cref="MqttReasons.SessionLost"/> (send it again), <see cref="MqttReasons.ConnectionLost"/> for QoS 0, <see cref="MqttReasons.QueueFull"/>, or an
    /// invalid message.
    /// </summary>
    public Task<MqttReasonCode> PublishAsync(MqttMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        MessageRules.Check(message);
        return _session.Outgoing.PublishAsync(message, cancellationToken);
    }

    /// <summary>
    /// Subscribes, and completes when the broker has granted it, after new connections if need be. From then on the client makes the
    /// subscription again whenever the broker has lost the session. Throws <see cref="MqttException"/> where the broker refuses one of them.
    /// </summary>
    public Task SubscribeAsync(IReadOnlyCollection<MqttSubscription> subscriptions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subscriptions);
        MessageRules.Check(subscriptions);
        return _session.Subscriptions.RequestAsync(new SubscriptionRequest { Subscribe = [.. subscriptions] }, cancellationToken);
    }

    /// <summary>Leaves what was subscribed to, and completes when the broker has confirmed it.</summary>
    public Task UnsubscribeAsync(IReadOnlyCollection<string> filters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filters);
        ArgumentOutOfRangeException.ThrowIfZero(filters.Count);
        foreach (var filter in filters)
        {
            MessageRules.CheckFilter(filter);
        }

        return _session.Subscriptions.RequestAsync(new SubscriptionRequest { Unsubscribe = [.. filters] }, cancellationToken);
    }

    /// <summary>
    /// The messages from the broker, for one reader at a time; ends after a stop. Call <see cref="MqttDelivery.Acknowledge"/> on each when
    /// done with it: without that the broker stops sending after <see cref="MqttClientOptions.ReceiveMaximum"/>, and sends them again.
    /// </summary>
    public IAsyncEnumerable<MqttDelivery> ReceiveAsync(CancellationToken cancellationToken = default) =>
        _session.Incoming.ReadAllAsync(cancellationToken);

    /// <summary>
    /// Takes no more messages, lets those under way finish (<see cref="MqttClientOptions.StopTimeout"/> at most, and only with a
    /// connection), says goodbye and closes. What is left fails with <see cref="MqttReasons.Stopped"/>. With
    /// <paramref name="publishWill"/> the broker publishes the will; otherwise it forgets it. Safe to call again; the first call counts.
    /// </summary>
    public Task StopAsync(bool publishWill = false)
    {
        lock (_lock)
        {
            return _stopping ??= StopOnceAsync(publishWill ? MqttReasonCode.DisconnectWithWill : MqttReasonCode.Success);
        }
    }

    /// <summary>Stops without publishing the will.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StopOnceAsync(MqttReasonCode farewell)
    {
        await Task.Yield(); // the caller holds the lock
        _session.Outgoing.CloseIntake();
        if (_board.Current.IsConnected)
        {
            await WaitBoundedAsync(_session.Outgoing.Drained);
        }

        _loop.Stop(farewell);
        if (_running is { } running)
        {
            await WaitBoundedAsync(running);
            _loop.Abort();
            await running;
        }

        _session.FailAll();
        _board.Complete();
        _loop.Dispose();
    }

    private async Task WaitBoundedAsync(Task task)
    {
        try
        {
            await task.WaitAsync(_options.StopTimeout, _time);
        }
        catch (TimeoutException)
        {
            // Its time is over; the stop goes on.
        }
    }
}
