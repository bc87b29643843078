using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Windows;
using EdgeSync.Yaml;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Keeps the deadline of a preflight: no change begins that does not end before it, and one that is not healthy in time is given up early enough to go back,
/// so that at the deadline the cluster is whole.
/// </summary>
internal sealed class DeadlineGate(ChannelSubscription channel, IActivationLimits limits, IStageHistory history, TimeProvider time)
{
    /// <summary>Why the activation of this bundle does not begin now, with the arithmetic; or null.</summary>
    public GateDecision.Wait? FindObstacle(StagedBundle bundle, ChannelRecord record)
    {
        if (Current() is not { } limit)
        {
            return null;
        }

        var estimate = ActivationEstimate.For(channel.Name, bundle.Content, channel.HealthDeadline, history);
        var back = record.LastGood is null ? TimeSpan.Zero : GoingBack();
        var left = limit.Deadline - time.GetUtcNow();
        if (estimate.Duration + back <= left)
        {
            return null;
        }

        var begin = limit.Deadline - estimate.Duration - back;
        var goingBack = back > TimeSpan.Zero ? $" and going back {UnitText.Duration(back)}, {UnitText.Duration(estimate.Duration + back)} together" : "";
        return new GateDecision.Wait(
            ReasonCodes.PreflightDeadline,
            $"it does not fit before the deadline {limit.Deadline:u} of {limit.By}: activating takes {estimate}{goingBack}, so that it had to begin by {begin:u}; the site stays on what runs until {limit.KeepOffUntil:u}",
            limit.KeepOffUntil,
            "Ask for a later deadline, or go with what runs.");
    }

    /// <summary>
    /// Why these bytes are not downloaded now, with the arithmetic: at the rate of the last downloads here, the change would not be over before the deadline. Null
    /// where it would, where no download was measured yet, and after the deadline.
    /// </summary>
    public GateDecision.Wait? FindDownloadObstacle(OpenedBundle bundle, long bytes)
    {
        if (Current() is not { } limit || limit.Deadline <= time.GetUtcNow() || bytes == 0 || DownloadEstimate.For(channel.Name, bytes, history) is not { } download)
        {
            return null;
        }

        var estimate = ActivationEstimate.For(channel.Name, bundle, channel.HealthDeadline, history);
        var back = history.Last(channel.Name, PipelineStage.Confirm).Count > 0 ? GoingBack() : TimeSpan.Zero;
        var all = download.Duration + estimate.Duration + back;
        if (all <= limit.Deadline - time.GetUtcNow())
        {
            return null;
        }

        var goingBack = back > TimeSpan.Zero ? $", going back {UnitText.Duration(back)}" : "";
        return new GateDecision.Wait(
            ReasonCodes.PreflightDeadline,
            $"it does not fit before the deadline {limit.Deadline:u} of {limit.By}: downloading takes {download}, activating {estimate}{goingBack}, {UnitText.Duration(all)} together, so that it had to begin by {limit.Deadline - all:u}; nothing is downloaded before the deadline",
            limit.Deadline,
            "Ask for a later deadline, or go with what runs.");
    }

    /// <summary>Why a change that has begun is given up now, or null. One that a person holds is left to that person.</summary>
    public Failure? FindLate(ChannelRecord record) =>
        record is { Progress: TargetProgress.Activating, LastGood: not null, WaitingFor: not ReasonCodes.Held } && Current() is { } limit && LeftOf(limit) <= TimeSpan.Zero
            ? new Failure(
                ReasonCodes.PreflightDeadlineMissed,
                $"not healthy in time before the deadline {limit.Deadline:u} of {limit.By}; going back takes {UnitText.Duration(GoingBack())}",
                "After the mission, 'edgesync quarantine lift' tries it again.")
            : null;

    /// <summary>How long until a change that is under way is given up; null where there is no deadline.</summary>
    public TimeSpan? LateIn(ChannelRecord record) =>
        record is { Progress: TargetProgress.Activating, LastGood: not null, WaitingFor: not ReasonCodes.Held } && Current() is { } limit ? LeftOf(limit) : null;

    /// <summary>Returns true as soon as the change that is under way is late.</summary>
    public async Task<bool> WaitUntilLateAsync(Func<ChannelRecord> record, CancellationToken cancellationToken)
    {
        var changed = new AsyncSignal();
        limits.Changed += changed.Set;
        try
        {
            while (FindLate(record()) is null)
            {
                await changed.WaitAsync(LateIn(record()) ?? TimeSpan.MaxValue, time, cancellationToken);
            }

            return true;
        }
        finally
        {
            limits.Changed -= changed.Set;
        }
    }

    private ActivationLimit? Current() => limits.Current is { } limit && limit.KeepOffUntil > time.GetUtcNow() ? limit : null;

    private TimeSpan LeftOf(ActivationLimit limit) => limit.Deadline - GoingBack() - time.GetUtcNow();

    // What the last rollbacks took here, else what the last activations took: both write a bundle and wait for its health.
    private TimeSpan GoingBack()
    {
        foreach (var stage in (PipelineStage[])[PipelineStage.Rollback, PipelineStage.Confirm])
        {
            if (history.Last(channel.Name, stage) is { Count: > 0 } measured)
            {
                return TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(ActivationEstimate.Percentile(measured).TotalSeconds)));
            }
        }

        return channel.HealthDeadline;
    }
}
