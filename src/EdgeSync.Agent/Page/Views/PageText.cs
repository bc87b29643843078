using System.Globalization;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation;

namespace EdgeSync.Agent.Page.Views;

/// <summary>The words, the classes of colours and the icons of states. HQ's pages use the same.</summary>
internal static class PageText
{
    public static string Of(ChannelState state) => state switch
    {
        ChannelState.Empty => "Nothing released",
        ChannelState.Progressing => "In progress",
        ChannelState.Rejected => "Release refused",
        ChannelState.RolledBack => "Rolled back",
        _ => state.ToString(),
    };

    public static string Tone(ChannelState state) => state switch
    {
        ChannelState.Healthy => "good",
        ChannelState.Progressing or ChannelState.Waiting => "busy",
        ChannelState.Degraded => "warn",
        ChannelState.RolledBack => "kept",
        ChannelState.Empty => "plain",
        _ => "bad",
    };

    public static string Icon(ChannelState state) => state switch
    {
        ChannelState.Healthy => "check",
        ChannelState.Progressing => "arrow",
        ChannelState.Waiting => "clock",
        ChannelState.Degraded => "alert",
        ChannelState.Empty => "dash",
        ChannelState.RolledBack => "back",
        _ => "cross",
    };

    public static string Of(Acknowledgement entry) => entry switch
    {
        { Trust: { } trust } => trust.Revocations != trust.RevocationsBefore ? "Revocations changed" : "Trust root changed",
        { Preflight: { } report } => $"Preflight: {Of(report.Verdict)}",
        { Event: AcknowledgementEvent.RolledBack } => "Rolled back",
        { Event: AcknowledgementEvent.Distrusted } => "No longer trusted",
        { Event: AcknowledgementEvent.NightReport } => "Night report",
        _ => entry.Event.ToString(),
    };

    public static string Tone(Acknowledgement entry) => entry.Event switch
    {
        AcknowledgementEvent.Preflight => entry.Preflight?.Verdict == PreflightVerdict.Go ? "good" : "bad",
        AcknowledgementEvent.Healthy or AcknowledgementEvent.Repaired => "good",
        AcknowledgementEvent.Rejected or AcknowledgementEvent.Failed => "bad",
        AcknowledgementEvent.RolledBack or AcknowledgementEvent.Drifted or AcknowledgementEvent.Distrusted => "warn",
        AcknowledgementEvent.Waiting or AcknowledgementEvent.Held => "held",
        _ => "busy",
    };

    public static string Icon(Acknowledgement entry) => entry.Event switch
    {
        AcknowledgementEvent.Preflight => entry.Preflight?.Verdict == PreflightVerdict.Go ? "check" : "cross",
        AcknowledgementEvent.Healthy or AcknowledgementEvent.Repaired => "check",
        AcknowledgementEvent.Rejected or AcknowledgementEvent.Failed => "cross",
        AcknowledgementEvent.RolledBack => "back",
        AcknowledgementEvent.Drifted or AcknowledgementEvent.Distrusted => "alert",
        AcknowledgementEvent.Held => "pause",
        AcknowledgementEvent.Waiting => "clock",
        _ => "arrow",
    };

    public static string Of(PreflightVerdict verdict) => verdict == PreflightVerdict.Go ? "GO" : "NO-GO";

    public static string Of(CheckOutcome outcome) => outcome.ToString().ToLowerInvariant();

    public static string Tone(CheckOutcome outcome) => outcome switch { CheckOutcome.Passed => "good", CheckOutcome.Warned => "warn", _ => "bad" };

    public static string Icon(CheckOutcome outcome) => outcome switch { CheckOutcome.Passed => "check", CheckOutcome.Warned => "alert", _ => "cross" };

    public static string Name(AcknowledgedRelease release) => release.Name is { } name ? $"{name} {release.Version}" : release.Digest.ToShortString();

    public static string Stage(PipelineStage stage) => stage.ToString().ToLowerInvariant();

    public static string Count(long count, string singular, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? singular : plural ?? singular + "s")}");

    public static string Duration(long milliseconds) => milliseconds < 60_000
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000.0:0.0} s")
        : PageClock.Length(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>How far a stage is: a download in bytes, everything else in pieces; empty where that is not known.</summary>
    public static string Amount(PipelineProgress progress) => progress switch
    {
        { Stage: PipelineStage.Fetch, Total: { } total, Done: { } done } => string.Create(CultureInfo.InvariantCulture, $"{Mebibytes(done)} of {Mebibytes(total)} MiB"),
        { Total: > 0 and var total, Done: { } done } => string.Create(CultureInfo.InvariantCulture, $"{done} of {total}"),
        _ => "",
    };

    private static string Mebibytes(long bytes) => (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture);
}
