using EdgeSync.Primitives.Timing;

namespace EdgeSync.Agent.Time;

/// <summary>
/// The time by which holds begin and end: the site's when the agent started, and what has passed since; or what has been proven meanwhile, where that is
/// later. A machine's clock that is set forward while the agent runs ends no hold: somebody may be in the air by it.
/// </summary>
internal sealed class SettledTime(SiteClock clock) : TimeProvider
{
    private readonly SteadyTime _steady = new(clock);

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => _steady.GetUtcNow() is var steady && clock.Proven is { } proven && proven > steady ? proven : steady;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}
