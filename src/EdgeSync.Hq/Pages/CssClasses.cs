using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Boards;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Nights;

namespace EdgeSync.Hq.Pages;

/// <summary>The CSS class for the colour of a state, and the name of its icon. Pages always show text next to them.</summary>
internal static class CssClasses
{
    /// <summary>All conditions in the order of the summary: good ones first, then those that need attention.</summary>
    public static IReadOnlyList<Condition> Summary { get; } =
    [
        Condition.Healthy, Condition.Progressing, Condition.LastGood, Condition.Frozen, Condition.Degraded,
        Condition.Failed, Condition.Suspect, Condition.Stale, Condition.Silent, Condition.Unheard,
    ];

    public static string Tone(Condition condition) => condition switch
    {
        Condition.Healthy => "good",
        Condition.Progressing => "busy",
        Condition.Degraded => "warn",
        Condition.LastGood => "kept",
        Condition.Frozen => "kept",
        Condition.Failed => "bad",
        Condition.Suspect => "alarm",
        Condition.Stale => "old",
        Condition.Silent => "gone",
        _ => "plain",
    };

    public static string IconOf(Condition condition) => condition switch
    {
        Condition.Healthy => "check",
        Condition.Progressing => "arrow",
        Condition.Degraded => "alert",
        Condition.LastGood => "back",
        Condition.Frozen => "clock",
        Condition.Failed => "cross",
        Condition.Suspect => "shield",
        Condition.Stale => "clock",
        Condition.Silent => "moon",
        _ => "dash",
    };

    public static string Tone(ChannelState state, bool fresh) => !fresh ? "old" : state switch
    {
        ChannelState.Healthy => "good",
        ChannelState.Progressing or ChannelState.Waiting => "busy",
        ChannelState.Degraded => "warn",
        ChannelState.RolledBack => "kept",
        ChannelState.Empty => "plain",
        _ => "bad",
    };

    public static string IconOf(ChannelState state) => state switch
    {
        ChannelState.Healthy => "check",
        ChannelState.Progressing => "arrow",
        ChannelState.Waiting => "clock",
        ChannelState.Degraded => "alert",
        ChannelState.Empty => "dash",
        ChannelState.RolledBack => "back",
        _ => "cross",
    };

    public static string IconOf(Acknowledgement entry) => entry switch
    {
        { Trust: not null } => "key",
        { Preflight: { } preflight } => IconOf(preflight.Verdict),
        { Night: not null } => "moon",
        _ => IconOf(entry.Event),
    };

    public static string Tone(Acknowledgement entry) => entry switch
    {
        { Preflight: { } preflight } => Tone(preflight.Verdict),
        { Night: { } night } => Tone(night.Outcome),
        _ => Tone(entry.Event),
    };

    public static string Word(PreflightVerdict verdict) => verdict == PreflightVerdict.Go ? "GO" : "NO-GO";

    public static string Tone(PreflightVerdict verdict) => verdict == PreflightVerdict.Go ? "good" : "bad";

    public static string IconOf(PreflightVerdict verdict) => verdict == PreflightVerdict.Go ? "check" : "cross";

    public static string Tone(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "good",
        CheckOutcome.Warned => "warn",
        _ => "bad",
    };

    public static string IconOf(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => "check",
        CheckOutcome.Warned => "alert",
        _ => "cross",
    };

    public static string Tone(BoardState state) => state switch
    {
        BoardState.Go => "good",
        BoardState.NoGo => "bad",
        BoardState.Doubtful => "warn",
        BoardState.Refused => "kept",
        BoardState.NoAnswer => "old",
        BoardState.Running or BoardState.Asked => "busy",
        _ => "plain",
    };

    public static string IconOf(BoardState state) => state switch
    {
        BoardState.Go => "check",
        BoardState.NoGo or BoardState.Refused => "cross",
        BoardState.Doubtful => "alert",
        BoardState.Running => "arrow",
        BoardState.Asked or BoardState.NoAnswer => "clock",
        _ => "dash",
    };

    public static string Tone(NightOutcome outcome) => outcome switch
    {
        NightOutcome.Failed or NightOutcome.RolledBack or NightOutcome.Rejected => "bad",
        NightOutcome.Degraded => "warn",
        NightOutcome.Waiting => "kept",
        NightOutcome.UnderWay => "busy",
        NightOutcome.Done => "good",
        _ => "plain",
    };

    public static string Tone(NightState state) => state switch
    {
        NightState.Failed or NightState.RolledBack or NightState.Rejected => "bad",
        NightState.Degraded => "warn",
        NightState.NoReport => "old",
        NightState.Waiting => "kept",
        NightState.UnderWay => "busy",
        NightState.Done => "good",
        _ => "plain",
    };

    public static string IconOf(NightState state) => state switch
    {
        NightState.Failed or NightState.Rejected => "cross",
        NightState.RolledBack => "back",
        NightState.Degraded => "alert",
        NightState.NoReport => "moon",
        NightState.Waiting => "clock",
        NightState.UnderWay => "arrow",
        NightState.Done => "check",
        _ => "dash",
    };

    public static string Tone(AcknowledgementEvent happened) => happened switch
    {
        AcknowledgementEvent.Healthy or AcknowledgementEvent.Repaired => "good",
        AcknowledgementEvent.Rejected or AcknowledgementEvent.Failed => "bad",
        AcknowledgementEvent.RolledBack or AcknowledgementEvent.Drifted or AcknowledgementEvent.Distrusted => "warn",
        AcknowledgementEvent.Waiting or AcknowledgementEvent.Held => "old",
        _ => "busy",
    };

    public static string IconOf(AcknowledgementEvent happened) => happened switch
    {
        AcknowledgementEvent.Healthy or AcknowledgementEvent.Repaired => "check",
        AcknowledgementEvent.Rejected or AcknowledgementEvent.Failed => "cross",
        AcknowledgementEvent.RolledBack => "back",
        AcknowledgementEvent.Drifted or AcknowledgementEvent.Distrusted => "alert",
        AcknowledgementEvent.Waiting or AcknowledgementEvent.Held => "clock",
        _ => "arrow",
    };
}
