using System.Globalization;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Boards;
using EdgeSync.Hq.Nights;

namespace EdgeSync.Hq.Fleets;

/// <summary>The text that pages show for states, ages and counts.</summary>
internal static class DisplayText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Of(ChannelState state) => state switch
    {
        ChannelState.Empty => "Nothing released",
        ChannelState.Progressing => "In progress",
        ChannelState.Healthy => "Healthy",
        ChannelState.Degraded => "Degraded",
        ChannelState.Rejected => "Release refused",
        ChannelState.RolledBack => "Rolled back",
        ChannelState.Failed => "Failed",
        ChannelState.Waiting => "Waiting for approval",
        _ => state.ToString(),
    };

    public static string Of(Condition condition) => condition switch
    {
        Condition.Suspect => "Integrity alert",
        Condition.Failed => "Failed",
        Condition.Degraded => "Degraded",
        Condition.LastGood => "On last-good",
        Condition.Frozen => "Freeze suspected",
        Condition.Silent => "Silent",
        Condition.Stale => "Stale",
        Condition.Unheard => "Never heard from",
        Condition.Progressing => "In progress",
        Condition.Healthy => "Healthy",
        _ => condition.ToString(),
    };

    public static string Of(AcknowledgementEvent happened) => happened switch
    {
        AcknowledgementEvent.RolledBack => "Rolled back",
        AcknowledgementEvent.Distrusted => "No longer trusted",
        AcknowledgementEvent.NightReport => "Night",
        _ => happened.ToString(),
    };

    public static string Of(PreflightPhase phase) => phase switch
    {
        PreflightPhase.Reload => "reloading",
        PreflightPhase.Checks => "checking",
        _ => "done",
    };

    public static string Of(BoardState state) => state switch
    {
        BoardState.NoGo => "NO-GO",
        BoardState.Doubtful => "GO ?",
        BoardState.Refused => "refused",
        BoardState.NoAnswer => "no answer",
        BoardState.Running => "running",
        BoardState.Asked => "asked",
        BoardState.NotAsked => "not asked",
        BoardState.Go => "GO",
        _ => state.ToString(),
    };

    public static string Of(NightState state) => state switch
    {
        NightState.RolledBack => "rolled back",
        NightState.NoReport => "no report",
        NightState.UnderWay => "under way",
        NightState.Nothing => "nothing new",
        NightState.Never => "no nights",
        _ => state.ToString().ToLowerInvariant(),
    };

    public static string Of(NightOutcome outcome) => outcome switch
    {
        NightOutcome.RolledBack => "rolled back",
        NightOutcome.UnderWay => "under way",
        NightOutcome.Nothing => "nothing new",
        _ => outcome.ToString().ToLowerInvariant(),
    };

    /// <summary>What happened, according to a ledger entry.</summary>
    public static string Of(Acknowledgement entry) => entry.Trust switch
    {
        null when entry.Night is { } night => $"Night: {Of(night.Outcome)}",
        null when entry.Preflight is { } preflight => $"Preflight: {(preflight.Verdict == PreflightVerdict.Go ? "GO" : "NO-GO")}",
        null => Of(entry.Event),
        { } trust when trust.Revocations != trust.RevocationsBefore => "Revocations changed",
        _ => "Trust root changed",
    };

    /// <summary>The change of the trust root or of the revocation list: "root 1 → 2", "list 3 → 4", "no list → list 1".</summary>
    public static string Of(AcknowledgedTrust trust)
    {
        return trust.Revocations == trust.RevocationsBefore
            ? string.Create(CultureInfo.InvariantCulture, $"root {trust.VersionBefore} → {trust.Version}")
            : $"{List(trust.RevocationsBefore)} → {List(trust.Revocations)}";

        static string List(long? number) => number is { } known ? string.Create(CultureInfo.InvariantCulture, $"list {known}") : "no list";
    }

    /// <summary>The trust of a site: "root 3", "root 3, list 2".</summary>
    public static string Of(TrustStatus trust) => Of(new FleetTrust(trust.Version, trust.Revocations ?? 0));

    /// <summary>The newest trust of a fleet, in the same form.</summary>
    public static string Of(FleetTrust newest) =>
        string.Create(CultureInfo.InvariantCulture, $"root {newest.Version}{(newest.Revocations > 0 ? string.Create(CultureInfo.InvariantCulture, $", list {newest.Revocations}") : "")}");

    /// <summary>Who holds which channel, until when, and why.</summary>
    public static string Of(HoldStatus hold) =>
        $"{hold.Owner} holds {(hold.Channel is { } channel ? $"channel {channel}" : "the site")} "
        + $"{(hold.Until is { } until ? $"until {Time(until)}" : "until somebody clears it at the site")}: {hold.Reason}";

    public static string Of(Freshness freshness) => freshness switch
    {
        Freshness.Never => "never heard from",
        _ => freshness.ToString().ToLowerInvariant(),
    };

    public static string Of(PresenceState? presence) => presence switch
    {
        PresenceState.Online => "Online",
        PresenceState.Offline => "Offline",
        PresenceState.Stopped => "Stopped on purpose",
        _ => "Unknown",
    };

    /// <summary>A duration in its one or two largest units: "4 s", "12 min", "3 h 20 min", "9 d".</summary>
    public static string Age(TimeSpan age)
    {
        var shown = age < TimeSpan.Zero ? TimeSpan.Zero : age;
        return shown switch
        {
            { TotalSeconds: < 60 } => $"{shown.Seconds} s",
            { TotalMinutes: < 60 } => $"{shown.Minutes} min",
            { TotalHours: < 24, Minutes: > 0 } => $"{shown.Hours} h {shown.Minutes} min",
            { TotalHours: < 24 } => $"{shown.Hours} h",
            _ => $"{(int)shown.TotalDays} d",
        };
    }

    public static string Duration(long milliseconds) => milliseconds < 1000
        ? $"{milliseconds} ms"
        : milliseconds < 60_000
            ? $"{(milliseconds / 1000.0).ToString("0.0", CultureInfo.InvariantCulture)} s"
            : Age(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>A number of bytes in its largest unit of 1,024: "812 B", "3.4 MiB".</summary>
    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1024 && unit < Units.Length - 1)
        {
            (value, unit) = (value / 1024, unit + 1);
        }

        return unit == 0 ? $"{bytes} B" : $"{value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    public static string Count(long count, string singular, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? singular : plural ?? singular + "s")}");

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>The time of day, for what happened or happens within a day or so.</summary>
    public static string Clock(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>The time of day, with the date where that is not today's.</summary>
    public static string ClockOrTime(DateTimeOffset time, DateTimeOffset now) =>
        time.UtcDateTime.Date == now.UtcDateTime.Date ? Clock(time) : time.UtcDateTime.ToString("ddd, d MMM HH:mm", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>What is left as hours, minutes and seconds: "12:05", "1:12:05", "3 d 04:00". Negative where it is over.</summary>
    public static string Countdown(TimeSpan left)
    {
        var shown = left.Duration();
        var sign = left < TimeSpan.Zero ? "+" : "";
        return sign + (shown.TotalDays >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{shown.Days} d {shown.Hours:00}:{shown.Minutes:00}")
            : shown.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{shown.Hours}:{shown.Minutes:00}:{shown.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{shown.Minutes}:{shown.Seconds:00}"));
    }

    public static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The form for the <c>datetime</c> attribute of the HTML element <c>time</c>.</summary>
    public static string Machine(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
