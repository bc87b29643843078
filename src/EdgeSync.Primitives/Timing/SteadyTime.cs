namespace EdgeSync.Primitives.Timing;

/// <summary>
/// A clock for deadlines and pauses: it was right once, when it was made, and from then on it counts what passes. Where the machine's clock is set
/// forward or back, this one goes on, so that nothing is given up too early and nothing waits for years.
/// </summary>
public sealed class SteadyTime : TimeProvider
{
    private readonly TimeProvider _inner;
    private readonly DateTimeOffset _start;
    private readonly long _startedAt;

    /// <summary>Begins at the time that <paramref name="inner"/> has now.</summary>
    public SteadyTime(TimeProvider inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _start = inner.GetUtcNow();
        _startedAt = inner.GetTimestamp();
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => _inner.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _inner.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _start + _inner.GetElapsedTime(_startedAt);

    /// <inheritdoc/>
    public override long GetTimestamp() => _inner.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _inner.CreateTimer(callback, state, dueTime, period);
}
