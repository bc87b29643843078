using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Agent.Time;

/// <summary>
/// A clock that is never behind what the site knows. It is the latest of three: the machine's clock, the latest proven time, and the last time when the agent
/// was running; the latter two plus the time that passed since. A machine that boots in 1970 continues from where it was. The site follows a clock that is
/// ahead, because that accepts nothing expired; but such a clock proves nothing, so the site is correct again as soon as the clock is.
/// </summary>
internal sealed class SiteClock : DelegatingClock, ITrustedTimeSink
{
    /// <summary>How far two clocks may be apart before one of them is doubted.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>How far ahead of the proven time a time may be and still be believed: a site may be switched off for a year.</summary>
    private static readonly TimeSpan Plausible = TimeSpan.FromDays(400);

    /// <summary>How far ahead of a correct clock a peer's time may be and still be believed.</summary>
    private static readonly TimeSpan PeerLead = TimeSpan.FromDays(1);

    /// <summary>How far behind the machine's clock a peer's time may be, because of delay or the peer's own clock, before the machine's clock is doubted.</summary>
    private static readonly TimeSpan PeerLag = TimeSpan.FromHours(1);

    /// <summary>This program did not exist before.</summary>
    private static readonly DateTimeOffset Earliest = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Lock _lock = new();
    private readonly Moment? _lastSeen;
    private Moment _proven;
    private Moment? _peer;
    private bool _hasProof;
    private bool _lastSeenIsWrong;
    private bool _mayLeap = true;

    /// <summary>
    /// <paramref name="proven"/> is the latest time that was proven before, <paramref name="lastSeen"/> the last time when the agent was running; null if unknown.
    /// </summary>
    public SiteClock(TimeProvider machine, DateTimeOffset? proven, DateTimeOffset? lastSeen = null)
        : base(machine)
    {
        _hasProof = proven is not null;
        _proven = Now(proven ?? Earliest);
        _lastSeen = lastSeen is { } seen && (proven is null || seen <= proven + Plausible) ? Now(seen) : null;
    }

    /// <summary>False while something shows that the machine's clock is wrong.</summary>
    public bool IsTrusted => Doubt is null;

    /// <summary>What shows that the machine's clock is wrong, or null.</summary>
    public SiteNotice? Doubt
    {
        get
        {
            lock (_lock)
            {
                return Judge_NeedsLock();
            }
        }
    }

    /// <summary>The proven time, to be stored for the next start; null if nothing is proven.</summary>
    public DateTimeOffset? Proven
    {
        get
        {
            lock (_lock)
            {
                return _hasProof ? At(_proven) : null;
            }
        }
    }

    /// <summary>The time to store for the next start as the last time when the agent was running; null while the clock is too far ahead to be stored.</summary>
    public DateTimeOffset? LastSeen
    {
        get
        {
            lock (_lock)
            {
                var now = Now_NeedsLock();
                return IsFarAhead_NeedsLock(now) ? null : now;
            }
        }
    }

    /// <summary>
    /// Records a time that trusted signatures or timestamps prove; an earlier time than the known one changes nothing. A time more than a year ahead of the site
    /// is not believed: otherwise stolen keys could end all changes at this site forever.
    /// </summary>
    public void AdvanceLowerBound(DateTimeOffset time)
    {
        lock (_lock)
        {
            if (!_hasProof || time <= Now_NeedsLock() + Plausible)
            {
                Raise_NeedsLock(time);
            }
        }
    }

    /// <summary>
    /// Records a time that a known peer sent over TLS: it is not earlier now. A peer is believed up to a day ahead; once in a run up to a year, if the machine's
    /// clock is known to be behind. <paramref name="isNow"/>: the peer sent its current time; if the machine agrees with it, a later time that this site
    /// used before was wrong.
    /// </summary>
    public void ProveByPeer(DateTimeOffset said, bool isNow)
    {
        lock (_lock)
        {
            var machine = Inner.GetUtcNow();
            if (isNow)
            {
                _peer = Now(said);
                _lastSeenIsWrong |= (machine - said).Duration() <= Tolerance;
            }

            var now = Now_NeedsLock();
            if (said <= now + PeerLead)
            {
                Raise_NeedsLock(said);
            }
            else if (_mayLeap && machine < now - Tolerance && (!_hasProof || said <= now + Plausible))
            {
                _mayLeap = false;
                Raise_NeedsLock(said);
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return Now_NeedsLock();
        }
    }

    private SiteNotice? Judge_NeedsLock()
    {
        var machine = Inner.GetUtcNow();
        var now = Now_NeedsLock();
        if (machine < now - Tolerance)
        {
            return Notice($"the machine's clock says {machine:u}, but it is {now:u} or later; the site uses the latter");
        }

        if (_peer is { } heard && At(heard) is var peer && machine > peer + PeerLag)
        {
            return Notice($"the machine's clock says {machine:u}, and the registry or HQ said {peer:u}; until they agree, releases that have expired by the former are refused");
        }

        return IsFarAhead_NeedsLock(machine)
            ? Notice($"the machine's clock says {machine:u}, more than a year after the latest time that is proven, {At(_proven):u}")
            : null;
    }

    private bool IsFarAhead_NeedsLock(DateTimeOffset time) => _hasProof && time > At(_proven) + Plausible;

    private void Raise_NeedsLock(DateTimeOffset time)
    {
        if (time > At(_proven))
        {
            _proven = Now(time);
            _hasProof = true;
        }
    }

    private DateTimeOffset Now_NeedsLock()
    {
        var machine = Inner.GetUtcNow();
        var proven = At(_proven);
        var now = proven > machine ? proven : machine;
        return _lastSeen is { } seen && !_lastSeenIsWrong && At(seen) > now ? At(seen) : now;
    }

    private Moment Now(DateTimeOffset time) => new(time.ToUniversalTime(), Inner.GetTimestamp());

    private DateTimeOffset At(Moment moment) => moment.Time + Inner.GetElapsedTime(moment.Timestamp);

    private static SiteNotice Notice(string message) =>
        new(ReasonCodes.ClockDoubted, message, "Set the clock ('timedatectl'); the agent keeps what runs in order meanwhile.");

    private readonly record struct Moment(DateTimeOffset Time, long Timestamp);
}
