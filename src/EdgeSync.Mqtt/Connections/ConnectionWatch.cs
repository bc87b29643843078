namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// Watches the time of one connection: sends PINGREQ (MQTT 5.0, section 3.1.2.10), and ends the connection when the broker does not answer. It
/// counts by the given clock's timestamps, so that a clock that is set does not matter.
/// </summary>
internal sealed class ConnectionWatch(MqttSessionOptions options, TimeProvider time)
{
    // A PINGREQ leaves after three quarters of the keep-alive, plus at most one quarter of that until the watch looks again.
    private const double PingAfter = 0.75;
    private static readonly TimeSpan AcknowledgementTimeout = TimeSpan.FromMinutes(2);

    private long _sentAt = time.GetTimestamp();
    private long _receivedAt = time.GetTimestamp();
    private long _pingSentAt;
    private int _unanswered;
    private int _isDue;

    /// <summary>Whether the broker answers, and has not acknowledged a packet in time.</summary>
    public bool IsAcknowledgementOverdue { get; private set; }

    /// <summary>The timestamp, never zero.</summary>
    public long Now => Math.Max(1, time.GetTimestamp());

    public void Sent() => Volatile.Write(ref _sentAt, Now);

    public void Received() => Volatile.Write(ref _receivedAt, Now);

    /// <summary>Whether to write a PINGREQ now.</summary>
    public bool TakePing()
    {
        var isDue = Interlocked.Exchange(ref _isDue, 0) == 1;
        Interlocked.Add(ref _unanswered, isDue ? 1 : 0);
        return isDue;
    }

    /// <summary>A PINGRESP came; false where no PINGREQ waits for one.</summary>
    public bool TakePingResp()
    {
        var left = Interlocked.Decrement(ref _unanswered);
        Volatile.Write(ref _pingSentAt, left == 0 ? 0 : Now);
        return left >= 0;
    }

    /// <summary>Runs until it is cancelled; throws <see cref="MqttException"/> when the broker counts as dead.</summary>
    public async Task RunAsync(TimeSpan keepAlive, BrokerConnection connection, CancellationToken cancellationToken)
    {
        var quiet = keepAlive > TimeSpan.Zero ? keepAlive * PingAfter : TimeSpan.MaxValue;
        using var timer = new PeriodicTimer(new[] { quiet, options.ResponseTimeout, AcknowledgementTimeout }.Min() / 4, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            // The answer to a PINGREQ can wait behind a large packet on a thin link.
            var pingSentAt = Volatile.Read(ref _pingSentAt);
            if (!connection.IsReading && pingSentAt != 0 && HasPassed(pingSentAt, options.ResponseTimeout))
            {
                throw MqttFailures.Silent($"no PINGRESP within {options.ResponseTimeout.TotalSeconds:0.#} s");
            }

            if (connection.OldestUnansweredAt is not 0 and var sentAt && HasPassed(sentAt, AcknowledgementTimeout))
            {
                IsAcknowledgementOverdue = true;
                throw MqttFailures.Silent($"no acknowledgement within {AcknowledgementTimeout.TotalSeconds:0.#} s");
            }

            // A late PINGRESP does not keep the next PINGREQ back: the broker counts our silence. Its own silence counts too, because a
            // half-open connection takes bytes for minutes.
            if (HasPassed(Volatile.Read(ref _sentAt), quiet) || (pingSentAt == 0 && HasPassed(Volatile.Read(ref _receivedAt), quiet)))
            {
                Interlocked.CompareExchange(ref _pingSentAt, Now, 0);
                Volatile.Write(ref _isDue, 1);
                connection.Signal();
            }
        }
    }

    private bool HasPassed(long since, TimeSpan limit) => time.GetElapsedTime(since) >= limit;
}
