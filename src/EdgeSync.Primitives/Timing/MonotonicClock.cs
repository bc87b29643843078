namespace EdgeSync.Primitives.Timing;

/// <summary>
/// A clock for deadlines and pauses. It reads the machine's clock once, when it is created, and then adds the time that passes. If somebody sets the
/// machine's clock, this one does not jump: no deadline passes too early and no pause lasts for years.
/// </summary>
public sealed class MonotonicClock : DelegatingClock
{
    private readonly DateTimeOffset _start;
    private readonly long _startedAt;

    /// <summary>Starts at the time that <paramref name="inner"/> has now.</summary>
    public MonotonicClock(TimeProvider inner)
        : base(inner)
    {
        _start = Inner.GetUtcNow();
        _startedAt = Inner.GetTimestamp();
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + Inner.GetElapsedTime(_startedAt);
}
