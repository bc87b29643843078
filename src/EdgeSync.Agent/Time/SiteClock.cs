namespace EdgeSync.Agent.Time;

/// <summary>
/// A clock that never runs behind what the site has proof of: the later of the machine's clock and the latest proven time plus what has
/// passed since. A machine that boots in 1970 so goes on from where it was, and says that it doubts its clock.
/// </summary>
internal sealed class SiteClock(TimeProvider machine, DateTimeOffset proven) : TimeProvider
{
    /// <summary>How far the machine's clock may be behind before it is doubted.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private DateTimeOffset _proven = proven;
    private long _provenAt = machine.GetTimestamp();

    /// <summary>False while the machine's clock is behind what is proven.</summary>
    public bool IsTrusted
    {
        get
        {
            lock (_lock)
            {
                return machine.GetUtcNow() >= ProvenNow_NeedsLock() - Tolerance;
            }
        }
    }

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    /// <summary>Takes note of a time that something signed proves; an earlier one than known changes nothing.</summary>
    public void Prove(DateTimeOffset time)
    {
        lock (_lock)
        {
            if (time > ProvenNow_NeedsLock())
            {
                _proven = time;
                _provenAt = machine.GetTimestamp();
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            var proven = ProvenNow_NeedsLock();
            var now = machine.GetUtcNow();
            return now > proven ? now : proven;
        }
    }

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    private DateTimeOffset ProvenNow_NeedsLock() => _proven + machine.GetElapsedTime(_provenAt);
}
