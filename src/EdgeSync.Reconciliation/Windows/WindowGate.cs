using System.Globalization;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Reconciliation.Pipeline;
using EdgeSync.Yaml;

namespace EdgeSync.Reconciliation.Windows;

/// <summary>
/// Keeps one channel's downloads and activations to their windows. It decides about beginnings only: an activation that has begun is finished or rolled back,
/// and a download that its window's end interrupts goes on in the next one where it stopped.
/// </summary>
internal sealed class WindowGate(ChannelSubscription channel, StageTimes times, TimeProvider time)
{
    // Longer timers do not exist, and no download takes that long.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);
    private const int SpansTried = 50;

    /// <summary>Who lets the pass that is under way begin outside of windows; null where nobody does. Set by the loop that makes the passes.</summary>
    public WindowOverride? Override { get; set; }

    /// <summary>Whether this reason is one of a window's.</summary>
    public static bool IsReason(string? reason) => reason is ReasonCodes.WindowClosed or ReasonCodes.WindowTooShort or ReasonCodes.Blackout;

    /// <summary>Why the activation of this bundle may not begin now, or null where it may.</summary>
    public GateDecision.Wait? FindObstacle(OpenedBundle bundle)
    {
        var schedule = channel.Windows.Activate;
        if (schedule.IsAlways || Override is not null)
        {
            return null;
        }

        var now = time.GetUtcNow();
        return schedule.At(now) switch
        {
            WindowState.Closed closed => Closed("the activation", schedule, closed),
            WindowState.Open { Until: { } end } when times.EstimateActivation(bundle) is var estimate && now + estimate.Duration > end => TooShort(schedule, estimate, end),
            _ => null,
        };
    }

    /// <summary>Why nothing may be downloaded now, or null where it may.</summary>
    public GateDecision.Wait? FindDownloadObstacle() => DownloadState() is WindowState.Closed closed ? Closed("the download", channel.Windows.Download, closed) : null;

    /// <summary>
    /// Downloads while the window is open. Raises a <see cref="GateWaitException"/> where it is closed and <paramref name="isHere"/> says that something is
    /// lacking, and as soon as it closes.
    /// </summary>
    public async Task<T> DownloadAsync<T>(
        Func<CancellationToken, Task<T>> download, Func<CancellationToken, Task<bool>> isHere, CancellationToken cancellationToken)
    {
        var state = DownloadState();
        if (state is WindowState.Closed closed)
        {
            // What is here already is only looked at.
            return await isHere(cancellationToken)
                ? await download(cancellationToken)
                : throw new GateWaitException(Closed("the download", channel.Windows.Download, closed));
        }

        if ((state as WindowState.Open)?.Until - time.GetUtcNow() is not { } left || left > LongestTimer)
        {
            return await download(cancellationToken);
        }

        using var closing = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closing.Token);
        try
        {
            return await download(ending.Token);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // No obstacle where the clock was put back meanwhile: then the next pass goes on.
            throw new GateWaitException(FindDownloadObstacle() ?? Closed("the download", channel.Windows.Download, new WindowState.Closed(time.GetUtcNow())));
        }
    }

    private WindowState DownloadState() => Override is null ? channel.Windows.Download.At(time.GetUtcNow()) : new WindowState.Open(Until: null);

    private static GateDecision.Wait Closed(string what, WindowSchedule schedule, WindowState.Closed closed)
    {
        var (reason, why) = closed.Blackout is { } blackout
            ? (ReasonCodes.Blackout, $"{what} waits for the end of {blackout}, and may begin")
            : (ReasonCodes.WindowClosed, $"{what} waits for its window, which opens");
        return closed.Opens is { } opens
            ? new GateDecision.Wait(reason, $"{why} at {LocalTime.Describe(opens, schedule.Zone)}", opens, "'edgesync windows' lists when they open.")
            : new GateDecision.Wait(reason, $"{why} never again", Until: null, "Correct 'windows' in edgesync.yaml and restart the agent.");
    }

    // The words stay the same while the window is open, so that the wait is acknowledged once.
    private static GateDecision.Wait TooShort(WindowSchedule schedule, ActivationEstimate estimate, DateTimeOffset end)
    {
        var later = schedule.SpansFrom(end).Where(span => span.Start > end).Take(SpansTried).ToList();
        var fits = later.Find(span => span.Length >= estimate.Duration);
        var why = string.Create(
            CultureInfo.InvariantCulture,
            $"the activation takes {estimate}; the window closes at {LocalTime.Describe(end, schedule.Zone)}, so that it had to begin by {LocalTime.Describe(end - estimate.Duration, schedule.Zone)}");
        return fits is not null
            ? new GateDecision.Wait(ReasonCodes.WindowTooShort, $"{why}; the next window that is long enough opens at {LocalTime.Describe(fits.Start, schedule.Zone)}", fits.Start, "'edgesync windows' lists when they open.")
            : new GateDecision.Wait(
                ReasonCodes.WindowTooShort,
                $"{why}; none of the next {later.Count} windows is that long",
                later.FirstOrDefault()?.Start,
                $"Raise 'duration' of a window of 'activate' to more than {UnitText.Duration(estimate.Duration)}, or lower the bundle's health timeouts.");
    }
}
