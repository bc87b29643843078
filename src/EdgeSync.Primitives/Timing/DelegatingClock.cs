namespace EdgeSync.Primitives.Timing;

/// <summary>A clock that decides itself what time it is, and takes timestamps, timers and the time zone from another one.</summary>
public abstract class DelegatingClock : TimeProvider
{
    /// <summary>Takes all but the time from <paramref name="inner"/>.</summary>
    protected DelegatingClock(TimeProvider inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => Inner.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => Inner.LocalTimeZone;

    /// <summary>The other clock.</summary>
    protected TimeProvider Inner { get; }

    /// <inheritdoc/>
    public override long GetTimestamp() => Inner.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        Inner.CreateTimer(callback, state, dueTime, period);
}
