using EdgeSync.Primitives.Timing;

namespace EdgeSync.Agent.Time;

/// <summary>
/// The clock for the start and the end of holds: the site's time when the agent started plus the time that passed since, or a time that was proven
/// meanwhile if that is later. Somebody who sets the machine's clock forward while the agent runs ends no hold; people may rely on it for their safety.
/// </summary>
internal sealed class HoldClock(SiteClock clock) : DelegatingClock(clock)
{
    private readonly SiteClock _site = clock;
    private readonly MonotonicClock _monotonic = new(clock);

    public override DateTimeOffset GetUtcNow() => _monotonic.GetUtcNow() is var now && _site.Proven is { } proven && proven > now ? proven : now;
}
