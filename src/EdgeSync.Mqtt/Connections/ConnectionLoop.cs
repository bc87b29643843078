using EdgeSync.Mqtt.Sessions;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Mqtt.Connections;

/// <summary>Connects, serves, waits, and connects again, until it is stopped. It never gives up.</summary>
internal sealed partial class ConnectionLoop(
    MqttClientOptions options, MqttSession session, StateBoard board, TimeProvider time, Random random, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Backoff _backoff = new(options.BackoffFirst, options.BackoffCap, random);
    private readonly Lock _lock = new();
    private MqttConnection? _connection;
    private MqttReasonCode? _farewell;
    private string _clientId = options.ClientId;
    private bool _cleanStart = options.CleanStart;

    public async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var startedAt = time.GetTimestamp();
            var failure = await ServeOnceAsync();
            if (_stop.IsCancellationRequested || failure is null)
            {
                break;
            }

            if (time.GetElapsedTime(startedAt) >= options.StablePeriod)
            {
                _backoff.Reset();
            }

            await WaitAsync(failure);
        }

        session.FailAll();
        board.Post(new MqttConnectionState());
        LogStopped(options.Host, options.Port);
    }

    /// <summary>Ends the loop: with a goodbye on a connection that stands, at once in any other state. Safe to call again.</summary>
    public void Stop(MqttReasonCode farewell)
    {
        lock (_lock)
        {
            _farewell ??= farewell;
            _connection?.Leave(farewell);
        }

        _stop.Cancel();
    }

    /// <summary>Closes the connection without a word, where a goodbye takes too long.</summary>
    public void Abort()
    {
        lock (_lock)
        {
            _connection?.Close();
        }
    }

    public void Dispose() => _stop.Dispose();

    private async Task<MqttException?> ServeOnceAsync()
    {
        try
        {
            return await ConnectAndServeAsync();
        }
        catch (MqttException failure)
        {
            return failure;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // The worker loop: a fault of our own must not leave a site without its link for ever.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogUnexpected(failure);
            return new MqttException(MqttReasons.InternalError, $"a fault of the client: {failure.Message}", failure);
        }
    }

    private async Task<MqttException?> ConnectAndServeAsync()
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
        try
        {
            using var transport = await BrokerTransport.OpenAsync(options, time, either.Token);
            using var connection = new MqttConnection(transport, options, session, time);
            var answer = await connection.ConnectAsync(_clientId, _cleanStart, either.Token);
            timeout.CancelAfter(Timeout.InfiniteTimeSpan);
            var limits = Handshake.Agree(answer, options, _clientId);
            (_clientId, _cleanStart) = (limits.ClientId, false);
            return await ServeAsync(connection, answer.SessionPresent, limits);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            throw TransportFailures.TimedOut(options);
        }
    }

    private async Task<MqttException?> ServeAsync(MqttConnection connection, bool sessionPresent, MqttServerLimits limits)
    {
        session.BeginConnection(sessionPresent, limits);
        var connected = new MqttConnectionState { IsConnected = true, SessionPresent = sessionPresent, Limits = limits };
        LogConnected(options.Host, options.Port, sessionPresent);
        board.Post(connected);
        Publish(connection);
        MqttException? failure = null;
        try
        {
            failure = await connection.RunAsync(limits, refusal =>
            {
                LogSubscriptionRefused(refusal.Subject, refusal.Message);
                board.Post(connected with { Failure = refusal });
            });
            return failure;
        }
        finally
        {
            Publish(null);
            session.EndConnection(failure ?? MqttFailures.Stopped(null));
        }
    }

    private void Publish(MqttConnection? connection)
    {
        lock (_lock)
        {
            _connection = connection;
            if (_farewell is { } farewell)
            {
                connection?.Leave(farewell);
            }
        }
    }

    private async Task WaitAsync(MqttException failure)
    {
        // Two clients with one name would throw each other out for ever; whoever is thrown out stays out for long.
        var delay = failure.Reason == MqttReasons.SessionTakenOver
            ? options.TakeoverDelay * (1 + random.NextDouble())
            : _backoff.Next();
        if (failure.Reason == MqttReasons.SessionTakenOver)
        {
            LogTakenOver(_clientId, delay);
        }
        else
        {
            LogDisconnected(failure.Reason, failure.Message, _backoff.Failures, delay);
        }

        board.Post(new MqttConnectionState { Failure = failure, RetryAfter = delay });
        try
        {
            await Task.Delay(delay, time, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Stopped while waiting.
        }
    }

    [LoggerMessage(MqttEventIds.Connected, LogLevel.Information, "Connected to the broker {Host}:{Port}, session present: {SessionPresent}")]
    private partial void LogConnected(string host, int port, bool sessionPresent);

    [LoggerMessage(MqttEventIds.Disconnected, LogLevel.Warning, "No connection to the broker ({Reason}): {Detail}; try {Attempt} comes in {RequeueAfter}")]
    private partial void LogDisconnected(string reason, string detail, int attempt, TimeSpan requeueAfter);

    [LoggerMessage(MqttEventIds.SessionTakenOver, LogLevel.Error, "Another client uses the client identifier {Subject}; next try in {RequeueAfter}")]
    private partial void LogTakenOver(string subject, TimeSpan requeueAfter);

    [LoggerMessage(MqttEventIds.SubscriptionRefused, LogLevel.Error, "The broker no longer grants the subscription to {Subject}: {Detail}")]
    private partial void LogSubscriptionRefused(string? subject, string detail);

    [LoggerMessage(MqttEventIds.UnexpectedFailure, LogLevel.Error, "Unexpected failure of the MQTT connection; a new one is made")]
    private partial void LogUnexpected(Exception failure);

    [LoggerMessage(MqttEventIds.Stopped, LogLevel.Information, "Left the broker {Host}:{Port}")]
    private partial void LogStopped(string host, int port);
}
