using System.Threading.Channels;
using EdgeSync.Mqtt.Connections;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging;
using MQTTnet.Packets;

namespace EdgeSync.Mqtt;

/// <summary>
/// One session with one MQTT 5.0 broker over any number of connections, on MQTTnet. It publishes and subscribes with QoS 1. All members may be
/// called from any thread.
/// </summary>
public sealed partial class MqttSession
{
    private const int RememberedStates = 64;
    private const string WillKey = "\0will";

    /// <summary>After a connection that held this long the waiting times start at the first one again.</summary>
    private static readonly TimeSpan StablePeriod = TimeSpan.FromMinutes(1);

    private readonly MqttSessionOptions _options;
    private readonly TimeProvider _time;
    private readonly RetryPolicy _retries;
    private readonly ILogger<MqttSession> _logger;
    private readonly RefusedTopics _refused;
    private readonly PublishQueue _publishes;
    private readonly Backoff _backoff;
    private readonly SubscriptionQueue _subscriptions;
    private readonly Channel<MqttDelivery> _deliveries;
    private readonly Channel<MqttSessionState> _states = Channel.CreateBounded<MqttSessionState>(
        new BoundedChannelOptions(RememberedStates) { FullMode = BoundedChannelFullMode.DropOldest });

    private volatile MqttSessionState _state = new();
    private volatile BrokerConnection? _connection;
    private long _dropped;
    private int _started;

    /// <summary>
    /// A session that does nothing before <see cref="RunAsync"/>. Throws <see cref="ArgumentException"/> where an option is out of range.
    /// </summary>
    public MqttSession(MqttSessionOptions options, TimeProvider time, RetryPolicy retries, ILogger<MqttSession> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Host);
        ArgumentException.ThrowIfNullOrEmpty(options.ClientId);
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.ReceiveMaximum, Math.Clamp(options.ReceiveMaximum, 1, ushort.MaxValue));
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.MaximumInFlight, Math.Clamp(options.MaximumInFlight, 1, ushort.MaxValue / 2));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumPacketSize, 128);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.KeepAlive, TimeSpan.FromSeconds(ushort.MaxValue));
        (_options, _time, _retries, _logger) = (options, time, retries, logger);
        _refused = new RefusedTopics(time);
        _publishes = new PublishQueue(options, _refused, time);
        _subscriptions = new SubscriptionQueue(options, _refused, logger);
        _backoff = retries.CreateBackoff(options.BackoffFirst, options.BackoffCap);

        // Room for one window of this connection and one of the last; the broker sends what is dropped of the last one again.
        _deliveries = Channel.CreateBounded<MqttDelivery>(
            new BoundedChannelOptions(2 * options.ReceiveMaximum) { FullMode = BoundedChannelFullMode.DropOldest },
            _ => Interlocked.Increment(ref _dropped));
    }

    /// <summary>The present state.</summary>
    public MqttSessionState State => _state;

    /// <summary>
    /// Every change of <see cref="State"/>, for one reader; ends with the session. A reader that is more than 64 changes behind misses the oldest.
    /// </summary>
    public ChannelReader<MqttSessionState> StateChanges => _states.Reader;

    /// <summary>How many messages were dropped because the application did not read them in time (QoS 0, and those of a session that the broker lost).</summary>
    public long DroppedMessages => Interlocked.Read(ref _dropped);

    /// <summary>
    /// Connects, and connects again whenever the connection is lost, until the token is cancelled. Then it takes no more messages, lets those
    /// in flight finish (<see cref="MqttSessionOptions.StopTimeout"/> at most), and disconnects, so that the broker forgets the will. What is
    /// left fails with <see cref="MqttReasons.Stopped"/>. May be called once.
    /// </summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("the session was started before");
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            var startedAt = _time.GetTimestamp();
            var failure = await ServeOnceAsync(stoppingToken);
            if (stoppingToken.IsCancellationRequested)
            {
                break;
            }

            if (_time.GetElapsedTime(startedAt) >= StablePeriod)
            {
                _backoff.Reset();
            }

            await WaitAsync(failure ?? MqttFailures.Closed(), stoppingToken);
        }

        _publishes.FailAll();
        _deliveries.Writer.TryComplete();
        Post(new MqttSessionState());
        _states.Writer.TryComplete();
        LogStopped(_options.Host, _options.Port);
    }

    /// <summary>
    /// Publishes a message, in the order of the calls, and completes when the broker has acknowledged it. The result is false where the broker
    /// says that nobody has subscribed. Waits for a connection unless <see cref="MqttSessionOptions.FailWhenOffline"/>. A message that was sent
    /// and not acknowledged is sent again after a reconnect. Cancelling ends the wait; a message that was sent may arrive all the same. Throws
    /// <see cref="MqttException"/>: the broker's refusal or limit, <see cref="MqttReasons.SessionLost"/> (send it again),
    /// <see cref="MqttReasons.QueueFull"/>, <see cref="MqttReasons.MessageInvalid"/>.
    /// </summary>
    public Task<bool> PublishAsync(MqttMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _publishes.PublishAsync(message, () => _connection?.Signal(), cancellationToken);
    }

    /// <summary>
    /// The messages from the broker, for one reader at a time; ends with the session. Call <see cref="MqttDelivery.Acknowledge"/> on each when
    /// it is stored: without that the broker stops sending after <see cref="MqttSessionOptions.ReceiveMaximum"/>, and sends them again.
    /// </summary>
    public IAsyncEnumerable<MqttDelivery> ReceiveAsync(CancellationToken cancellationToken = default) =>
        _deliveries.Reader.ReadAllAsync(cancellationToken);

    private async Task<MqttException?> ServeOnceAsync(CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        try
        {
            // A broker may refuse the whole connection because of the will.
            var options = _refused.Find(WillKey) is null ? _options : _options with { Will = null };
            using var channel = await BrokerChannel.OpenAsync(options, _time, either.Token);
            using var connection = new BrokerConnection(channel, options, _subscriptions, _publishes, _time, Deliver);
            var answer = await ConnectAsync(connection, options.Will, either.Token);
            timeout.CancelAfter(Timeout.InfiniteTimeSpan);
            return await ServeAsync(connection, answer, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return MqttFailures.TimedOut(_options);
        }
        catch (MqttException failure)
        {
            return failure;
        }
#pragma warning disable CA1031 // The worker loop: a fault of our own or of MQTTnet must not leave a site without its link for good.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogUnexpected(failure);
            return new MqttException(MqttReasons.InternalError, "a fault of the client itself; its log has the details", failure);
        }
    }

    private async Task<MqttConnAckPacket> ConnectAsync(BrokerConnection connection, MqttWill? will, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await connection.ConnectAsync(cancellationToken);
            if (will is not null)
            {
                _refused.Clear(WillKey);
            }
            else if (_refused.Find(WillKey) is { } refusal)
            {
                LogWillRefused(refusal.Message);
            }

            return answer;
        }
        catch (MqttException failure) when (failure.Reason is MqttReasons.NotAuthorized or MqttReasons.ConnectRefused or MqttReasons.ConnectionLost)
        {
            if (will is null)
            {
                _refused.Clear(WillKey);
            }
            else
            {
                _refused.Blame(WillKey, failure);
            }

            throw;
        }
    }

    private async Task<MqttException?> ServeAsync(BrokerConnection connection, MqttConnAckPacket answer, CancellationToken stoppingToken)
    {
        // The broker sends again what the application has not read yet, and waits for its acknowledgement on this connection.
        while (answer.IsSessionPresent && _deliveries.Reader.TryRead(out var unread))
        {
            Interlocked.Add(ref _dropped, unread.PacketId == 0 ? 1 : 0);
        }

        LogConnected(_options.Host, _options.Port, answer.IsSessionPresent);
        _subscriptions.BeginConnection(answer);
        _publishes.BeginConnection(answer);
        _connection = connection;
        MqttException? end = null;
        try
        {
            var running = connection.RunAsync(
                answer.ServerKeepAlive > 0 ? TimeSpan.FromSeconds(answer.ServerKeepAlive) : _options.KeepAlive,
                () => Post(new MqttSessionState
                {
                    IsConnected = true, SessionPresent = answer.IsSessionPresent, RetainAvailable = answer.RetainAvailable, Failure = _subscriptions.Refusal,
                }));
            await ((Task)running).WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!running.IsCompleted)
            {
                await WaitBoundedAsync(Task.WhenAny(running, _publishes.CloseAsync()));
                connection.Leave();
                await WaitBoundedAsync(running);
                connection.Close();
            }

            return end = await running;
        }
        finally
        {
            _connection = null;
            var isRefusal = connection.IsAcknowledgementOverdue
                || end is { Reason: MqttReasons.ConnectionLost or MqttReasons.DisconnectedByBroker or MqttReasons.NotAuthorized };
            _subscriptions.EndConnection(isRefusal ? end : null);
            _publishes.EndConnection(isRefusal ? end : null);
        }
    }

    // What the task throws is for the caller that awaits its result.
    private async Task WaitBoundedAsync(Task task) =>
        await task.WaitAsync(_options.StopTimeout, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    // A broker may grant QoS 0; such messages have no window, so their number is limited here.
    private void Deliver(MqttDelivery delivery)
    {
        if (delivery.PacketId == 0 && _deliveries.Reader.Count >= _options.ReceiveMaximum)
        {
            Interlocked.Increment(ref _dropped);
        }
        else
        {
            _deliveries.Writer.TryWrite(delivery);
        }
    }

    private async Task WaitAsync(MqttException failure, CancellationToken stoppingToken)
    {
        TimeSpan delay;
        if (failure.Reason == MqttReasons.SessionTakenOver)
        {
            delay = _retries.Spread(_options.TakeoverDelay);
            LogTakenOver(_options.ClientId, delay);
        }
        else
        {
            delay = _backoff.Next();
            LogDisconnected(failure.Reason, failure.Message, _backoff.Failures, delay);
        }

        Post(new MqttSessionState { Failure = failure, RetryAfter = delay });
        await Task.Delay(delay, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Post(MqttSessionState state)
    {
        _state = state;
        _states.Writer.TryWrite(state);
    }

    [LoggerMessage(MqttEventIds.Connected, LogLevel.Information, "Connected to the broker {Host}:{Port}, session present: {SessionPresent}")]
    private partial void LogConnected(string host, int port, bool sessionPresent);

    [LoggerMessage(MqttEventIds.Disconnected, LogLevel.Warning, "No connection to the broker ({Reason}): {Detail}; try {Attempt} comes in {RequeueAfter}")]
    private partial void LogDisconnected(string reason, string detail, int attempt, TimeSpan requeueAfter);

    [LoggerMessage(MqttEventIds.SessionTakenOver, LogLevel.Error, "Another client uses the client identifier {Subject}; next try in {RequeueAfter}")]
    private partial void LogTakenOver(string subject, TimeSpan requeueAfter);

    [LoggerMessage(MqttEventIds.WillRefused, LogLevel.Warning, "Connected without a last will, because with it {Detail}. The broker cannot announce when this client is gone")]
    private partial void LogWillRefused(string detail);

    [LoggerMessage(MqttEventIds.UnexpectedFailure, LogLevel.Error, "Unexpected failure of the MQTT connection; the session connects again")]
    private partial void LogUnexpected(Exception failure);

    [LoggerMessage(MqttEventIds.Stopped, LogLevel.Information, "Left the broker {Host}:{Port}")]
    private partial void LogStopped(string host, int port);
}
