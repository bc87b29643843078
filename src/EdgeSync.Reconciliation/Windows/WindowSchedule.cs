namespace EdgeSync.Reconciliation.Windows;

/// <summary>When one kind of work may begin: in any of its windows, and never during a blackout. Without windows, at any time outside of blackouts.</summary>
/// <param name="Windows">The windows; empty for any time.</param>
/// <param name="Blackouts">The blackouts.</param>
/// <param name="Zone">The site's zone: of the days of blackouts, and of what people read.</param>
public sealed record WindowSchedule(IReadOnlyList<Window> Windows, IReadOnlyList<Blackout> Blackouts, TimeZoneInfo Zone)
{
    // What does not open in this time never does.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(3660);

    // Windows that follow each other without a gap count as one up to this length.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(35);

    /// <summary>At any time.</summary>
    public static WindowSchedule Always { get; } = new([], [], TimeZoneInfo.Utc);

    /// <summary>Whether it is always open.</summary>
    public bool IsAlways => Windows.Count == 0 && Blackouts.Count == 0;

    /// <summary>Whether it is open at an instant, until when, or when it opens.</summary>
    public WindowState At(DateTimeOffset instant)
    {
        if (FindBlackout(instant) is { } blackout)
        {
            return new WindowState.Closed(FindOpening(blackout.End)) { Blackout = blackout.Blackout };
        }

        return FindClosing(instant) is { } closing
            ? new WindowState.Open(FindBlackoutAfter(instant) is { } start && start < closing ? start : closing == DateTimeOffset.MaxValue ? null : closing)
            : new WindowState.Closed(FindOpening(instant));
    }

    /// <summary>From when until when it is open, in their order, beginning with an instant; the last has no end where it stays open.</summary>
    public IEnumerable<WindowSpan> SpansFrom(DateTimeOffset instant)
    {
        for (DateTimeOffset? next = instant; next is { } now;)
        {
            switch (At(now))
            {
                case WindowState.Open open:
                    yield return new WindowSpan(now, open.Until);
                    next = open.Until;
                    break;
                case WindowState.Closed closed:
                    next = closed.Opens;
                    break;
            }
        }
    }

    /// <summary>The blackouts of which a part lies in this time, which is less than two years.</summary>
    public IEnumerable<Blackout> BlackoutsBetween(DateTimeOffset start, DateTimeOffset end) =>
        Blackouts.Where(blackout => blackout.Around(start, Zone).Any(span => span.Start < end && span.End > start));

    // The first instant from here on that is open.
    private DateTimeOffset? FindOpening(DateTimeOffset from)
    {
        for (var at = from; at - from < Horizon;)
        {
            if (FindBlackout(at) is { } blackout)
            {
                at = blackout.End;
            }
            else if (FindClosing(at) is not null)
            {
                return at;
            }
            else if (Windows.Min(window => window.FindOpening(at)) is { } opening)
            {
                at = opening;
            }
            else
            {
                return null;
            }
        }

        return null;
    }

    // When the windows that are open at an instant, and those that follow without a gap, have closed; null where none is open.
    private DateTimeOffset? FindClosing(DateTimeOffset at)
    {
        if (Windows.Count == 0)
        {
            return DateTimeOffset.MaxValue;
        }

        DateTimeOffset? closing = null;
        while (Windows.Max(window => window.FindClosing(closing ?? at)) is { } later && (closing ?? at) - at < Longest)
        {
            closing = later;
        }

        return closing;
    }

    private (Blackout Blackout, DateTimeOffset End)? FindBlackout(DateTimeOffset at)
    {
        foreach (var blackout in Blackouts)
        {
            foreach (var (start, end) in blackout.Around(at, Zone))
            {
                if (start <= at && at < end)
                {
                    return (blackout, end);
                }
            }
        }

        return null;
    }

    private DateTimeOffset? FindBlackoutAfter(DateTimeOffset at) =>
        Blackouts.SelectMany(blackout => blackout.Around(at, Zone)).Where(span => span.Start > at).Select(span => (DateTimeOffset?)span.Start).Min();
}

/// <summary>A time during which work may begin.</summary>
/// <param name="Start">From when, UTC.</param>
/// <param name="End">Until when, UTC; null where it has no end.</param>
public sealed record WindowSpan(DateTimeOffset Start, DateTimeOffset? End)
{
    /// <summary>How long it is; <see cref="TimeSpan.MaxValue"/> where it has no end.</summary>
    public TimeSpan Length => End is { } end ? end - Start : TimeSpan.MaxValue;
}

/// <summary>Whether work may begin at an instant.</summary>
public abstract record WindowState
{
    private WindowState()
    {
    }

    /// <summary>It may.</summary>
    /// <param name="Until">Until when; null where it stays open.</param>
    public sealed record Open(DateTimeOffset? Until) : WindowState;

    /// <summary>It may not.</summary>
    /// <param name="Opens">When it may again; null where it never may.</param>
    public sealed record Closed(DateTimeOffset? Opens) : WindowState
    {
        /// <summary>The blackout that keeps it closed; null where no window is open.</summary>
        public Blackout? Blackout { get; init; }
    }
}
