using EdgeSync.Mqtt.Sessions;

namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// Asks for a sign of life in time (MQTT 5.0, section 3.1.2.10), also where only the other direction is quiet: a half-open connection takes
/// bytes for minutes.
/// </summary>
internal sealed class KeepAlive(MqttClientOptions options, TimeProvider time, MqttSession session)
{
    // A little earlier than agreed, so that timers and the way to the broker do not make it late.
    private const double Early = 0.9;

    private long _lastSent = time.GetTimestamp();
    private long _lastReceived = time.GetTimestamp();
    private long _askedAt;
    private int _wanted;

    public void Sent() => Volatile.Write(ref _lastSent, time.GetTimestamp());

    public void Received() => Volatile.Write(ref _lastReceived, time.GetTimestamp());

    /// <summary>Whether a PINGREQ is to be written now.</summary>
    public bool TakeWanted() => Interlocked.Exchange(ref _wanted, 0) == 1;

    /// <summary>A PINGRESP came; false where none was asked for.</summary>
    public bool Answered() => Interlocked.Exchange(ref _askedAt, 0) != 0;

    /// <summary>Runs until it is cancelled, or throws when the broker counts as dead.</summary>
    public async Task RunAsync(TimeSpan interval, Func<bool> inPacket, CancellationToken cancellationToken)
    {
        var quiet = interval > TimeSpan.Zero ? interval * Early : Timeout.InfiniteTimeSpan;
        while (true)
        {
            CheckAnswers(inPacket());
            var wait = options.AcknowledgementTimeout / 4;
            var askedAt = Volatile.Read(ref _askedAt);
            if (askedAt != 0)
            {
                wait = Shorter(wait, options.ResponseTimeout - time.GetElapsedTime(askedAt));
            }
            else if (quiet > TimeSpan.Zero)
            {
                var due = quiet - time.GetElapsedTime(Math.Min(Volatile.Read(ref _lastSent), Volatile.Read(ref _lastReceived)));
                if (due <= TimeSpan.Zero)
                {
                    Ask();
                    continue;
                }

                wait = Shorter(wait, due);
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other)
    {
        var shorter = one < other ? one : other;
        return shorter > TimeSpan.FromMilliseconds(1) ? shorter : TimeSpan.FromMilliseconds(1);
    }

    private void Ask()
    {
        Volatile.Write(ref _askedAt, Math.Max(1, time.GetTimestamp()));
        Volatile.Write(ref _wanted, 1);
        session.Signal.Set();
    }

    private void CheckAnswers(bool inPacket)
    {
        var askedAt = Volatile.Read(ref _askedAt);

        // An answer can be stuck behind a large packet on a thin link; that packet has a deadline of its own.
        if (askedAt != 0 && !inPacket && time.GetElapsedTime(askedAt) >= options.ResponseTimeout)
        {
            throw MqttFailures.Silent($"no PINGRESP within {options.ResponseTimeout.TotalSeconds:0.#} s");
        }

        if (session.OldestUnansweredAt is { } sentAt && time.GetElapsedTime(sentAt) >= options.AcknowledgementTimeout)
        {
            throw MqttFailures.Silent($"no acknowledgement within {options.AcknowledgementTimeout.TotalSeconds:0.#} s");
        }
    }
}
