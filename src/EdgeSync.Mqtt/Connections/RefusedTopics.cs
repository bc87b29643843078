namespace EdgeSync.Mqtt.Connections;

/// <summary>
/// Topics whose packet makes the broker close the connection, or never gets an answer: some brokers do so instead of refusing the packet. Such a
/// topic is left out for some time, so that the others are served.
/// </summary>
internal sealed class RefusedTopics(TimeProvider time)
{
    // A link that breaks closes connections too: with no reason from the broker it takes three in a row.
    private const int ClosesWithReason = 2;
    private const int ClosesWithoutReason = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Suspect> _suspects = new(StringComparer.Ordinal);

    /// <summary>The broker closed the connection while it owed the answer for this topic and for no other.</summary>
    public void Blame(string topic, MqttException end)
    {
        lock (_lock)
        {
            var suspect = _suspects.GetValueOrDefault(topic) ?? (_suspects[topic] = new Suspect());
            suspect.Closes++;
            if (suspect.Closes >= (end.Code is null ? ClosesWithoutReason : ClosesWithReason))
            {
                suspect.Pause = suspect.Pause == TimeSpan.Zero ? FirstPause : TimeSpan.FromTicks(Math.Min(2 * suspect.Pause.Ticks, LongestPause.Ticks));
                (suspect.PausedAt, suspect.End) = (time.GetTimestamp(), end);
            }
        }
    }

    /// <summary>The broker answered.</summary>
    public void Clear(string topic)
    {
        lock (_lock)
        {
            _suspects.Remove(topic);
        }
    }

    /// <summary>How the broker refused the topic, if it is left out at present; or null.</summary>
    public MqttException? Find(string topic)
    {
        lock (_lock)
        {
            return _suspects.GetValueOrDefault(topic) is { End: { } end } suspect && time.GetElapsedTime(suspect.PausedAt) < suspect.Pause ? end : null;
        }
    }

    private sealed class Suspect
    {
        public int Closes { get; set; }

        public TimeSpan Pause { get; set; }

        public long PausedAt { get; set; }

        public MqttException? End { get; set; }
    }
}
