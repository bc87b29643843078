namespace EdgeSync.Primitives.Timing;

/// <summary>
/// Waiting times between tries: exponential, capped first and then spread over the whole range ("full jitter"), so that a thousand
/// sites do not call at once, not even at the cap. Not safe for use by several threads at once.
/// </summary>
public sealed class Backoff
{
    private const int MaxDoublings = 30;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    private readonly TimeSpan _first;
    private readonly TimeSpan _cap;
    private readonly Func<double> _nextShare;

    /// <summary>The waiting times of one loop, which alone uses <paramref name="random"/>.</summary>
    public Backoff(TimeSpan first, TimeSpan cap, Random random)
        : this(first, cap, random.NextDouble)
    {
    }

    internal Backoff(TimeSpan first, TimeSpan cap, Func<double> nextShare)
    {
        _first = first;
        _cap = cap;
        _nextShare = nextShare;
    }

    /// <summary>How many times in a row <see cref="Next"/> was called since the last <see cref="Reset"/>.</summary>
    public int Failures { get; private set; }

    /// <summary>The time to wait now: a random part of <c>min(cap, first · 2ⁿ)</c>, never less than a millisecond.</summary>
    public TimeSpan Next() => Delay(_first, _cap, Failures++, _nextShare());

    /// <summary>Starts again from the first waiting time; call it after real progress.</summary>
    public void Reset() => Failures = 0;

    /// <summary>The one rule: the share (0 to 1) of the time after this many earlier failures.</summary>
    internal static TimeSpan Delay(TimeSpan first, TimeSpan cap, int failures, double share)
    {
        // In floating point, where doubling cannot overflow.
        var doubled = first.Ticks * Math.Pow(2, Math.Min(failures, MaxDoublings));
        var ceiling = doubled < cap.Ticks ? TimeSpan.FromTicks((long)doubled) : cap;
        var spread = ceiling * share;
        return spread > Shortest ? spread : Shortest;
    }
}
