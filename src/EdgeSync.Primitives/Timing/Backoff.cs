namespace EdgeSync.Primitives.Timing;

/// <summary>
/// Waiting times between tries: exponential, capped first and then spread over the whole range ("full jitter"), so that a thousand
/// sites do not call at once, not even at the cap. Not safe for use by several threads at once.
/// </summary>
public sealed class Backoff(TimeSpan first, TimeSpan cap, Random random)
{
    private const int MaxDoublings = 30;
    private int _failures;

    /// <summary>How many times in a row <see cref="Next"/> was called since the last <see cref="Reset"/>.</summary>
    public int Failures => _failures;

    /// <summary>The time to wait now: a random part of <c>min(cap, first · 2ⁿ)</c>, never less than a millisecond.</summary>
    public TimeSpan Next()
    {
        // In floating point, where doubling cannot overflow.
        var doubled = first.Ticks * Math.Pow(2, Math.Min(_failures, MaxDoublings));
        var ceiling = doubled < cap.Ticks ? TimeSpan.FromTicks((long)doubled) : cap;
        _failures++;
        var spread = ceiling * random.NextDouble();
        return spread > TimeSpan.FromMilliseconds(1) ? spread : TimeSpan.FromMilliseconds(1);
    }

    /// <summary>Starts again from the first waiting time; call it after real progress.</summary>
    public void Reset() => _failures = 0;
}
