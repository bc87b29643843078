namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// Watches the time of one connection: sends PINGREQ (MQTT 5.0, section 3.1.2.10), and ends the connection when the broker does not answer. It
/// counts by the given clock's timestamps, so that a clock that is set does not matter.
/// </summary>
internal sealed class ConnectionWatch(BrokerChannel channel, MqttSessionOptions options, TimeProvider time)
{
    // A PINGREQ leaves after three quarters of the keep-alive, plus at most one quarter of that until the watch looks again.
    private const double PingAfter = 0.75;

    private long _lastSent = time.GetTimestamp();
    private long _lastReceived = time.GetTimestamp();
    private long _pingSentAt;
    private int _pingIsDue;

    public void Sent() => Volatile.Write(ref _lastSent, time.GetTimestamp());

    public void Received() => Volatile.Write(ref _lastReceived, time.GetTimestamp());

    /// <summary>Whether to write a PINGREQ now.</summary>
    public bool TakePing() => Interlocked.Exchange(ref _pingIsDue, 0) == 1;

    /// <summary>A PINGRESP came; false where there was no PINGREQ.</summary>
    public bool TakePingResp() => Interlocked.Exchange(ref _pingSentAt, 0) != 0;

    /// <summary>Runs until it is cancelled; throws <see cref="MqttException"/> when the broker counts as dead.</summary>
    /// <param name="keepAlive">The interval in force; zero for none.</param>
    /// <param name="oldestUnansweredAt">When the oldest packet without an acknowledgement was sent; zero for none.</param>
    /// <param name="signal">Wakes the writer.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(TimeSpan keepAlive, Func<long> oldestUnansweredAt, Action signal, CancellationToken cancellationToken)
    {
        var quiet = keepAlive > TimeSpan.Zero ? keepAlive * PingAfter : TimeSpan.MaxValue;
        var shortest = new[] { quiet, options.ResponseTimeout, options.AcknowledgementTimeout }.Min();
        using var timer = new PeriodicTimer(shortest / 4, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            CheckAnswers(oldestUnansweredAt());

            // Also where only the broker is quiet: a half-open connection takes bytes for minutes.
            var quietSince = Math.Min(Volatile.Read(ref _lastSent), Volatile.Read(ref _lastReceived));
            if (Volatile.Read(ref _pingSentAt) == 0 && time.GetElapsedTime(quietSince) >= quiet)
            {
                Volatile.Write(ref _pingSentAt, Math.Max(1, time.GetTimestamp()));
                Volatile.Write(ref _pingIsDue, 1);
                signal();
            }
        }
    }

    private void CheckAnswers(long oldestUnansweredAt)
    {
        // The answer to a PINGREQ can wait behind a large packet on a thin link.
        var pingSentAt = channel.Reading.IsInProgress ? 0 : Volatile.Read(ref _pingSentAt);
        var problem = true switch
        {
            _ when channel.Reading.IsOverdue(options.ResponseTimeout) => "a packet does not come to its end",
            _ when channel.Writing.IsOverdue(options.ResponseTimeout) => "it takes no more bytes",
            _ when HasPassed(pingSentAt, options.ResponseTimeout) => $"no PINGRESP within {options.ResponseTimeout.TotalSeconds:0.#} s",
            _ when HasPassed(oldestUnansweredAt, options.AcknowledgementTimeout) =>
                $"no acknowledgement within {options.AcknowledgementTimeout.TotalSeconds:0.#} s",
            _ => null,
        };
        if (problem is not null)
        {
            throw MqttFailures.Silent(problem);
        }
    }

    private bool HasPassed(long since, TimeSpan limit) => since > 0 && time.GetElapsedTime(since) >= limit;
}
