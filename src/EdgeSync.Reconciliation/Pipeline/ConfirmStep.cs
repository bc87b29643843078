using System.Collections.Concurrent;
using System.Globalization;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Health;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>Step 7. Waits until what was applied is healthy, cannot become healthy, or is late, or until a newer release comes or somebody holds changes.</summary>
internal sealed class ConfirmStep(IProgress<PipelineProgress> progress)
{
    /// <summary>
    /// How the activation ended; null where the rollout has more components to apply. Completes <paramref name="ending"/> where
    /// <paramref name="newer"/> ends the wait.
    /// </summary>
    public async Task<ActivationOutcome?> RunAsync(
        IClusterChange change, ComponentRollout rollout, Task<bool> newer, CancellationTokenSource ending)
    {
        var health = change.AwaitHealthAsync(rollout.Groups, rollout.IsEnough, new HealthCounter(rollout, progress), ending.Token);
        if (await Task.WhenAny(health, newer) == newer && await newer)
        {
            await ending.CancelAsync();
            await health.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return new ActivationOutcome.Superseded(rollout.Changed);
        }

        var outcome = await health;
        var details = rollout.IsChange && Unhealthy(outcome) is { Count: > 0 } unhealthy ? await change.ExplainAsync(unhealthy, ending.Token) : [];
        return Conclude(change, rollout, outcome) switch
        {
            ActivationOutcome.Failed failed when details.Count > 0 => failed with { Failure = failed.Failure with { Details = details } },
            ActivationOutcome.Waiting waiting when details.Count > 0 => waiting with { Failure = waiting.Failure with { Details = details } },
            var other => other,
        };
    }

    private static IReadOnlyList<ObjectHealth> Unhealthy(HealthOutcome outcome) => outcome switch
    {
        HealthOutcome.Failed failed => failed.Reasons,
        HealthOutcome.TimedOut late => late.Missing,
        _ => [],
    };

    private static ActivationOutcome? Conclude(IClusterChange change, ComponentRollout rollout, HealthOutcome outcome) => outcome switch
    {
        HealthOutcome.Healthy healthy => rollout.IsDone(healthy.Groups) ? new ActivationOutcome.Healthy(rollout.Changed) { Remark = rollout.Remark } : null,
        HealthOutcome.Failed failed => new ActivationOutcome.Failed(new Failure(
            ReasonCodes.HealthFailed,
            Join($"{Prefix(rollout, failed.Group)}cannot become healthy:", failed.Reasons),
            "Look at the pods' logs; mend the bundle and release again.")),
        HealthOutcome.TimedOut late when late.Missing.FirstOrDefault(health => health.SiteReason is not null) is { } kept => new ActivationOutcome.Waiting(
            new Failure(
                kept.SiteReason!,
                Join($"{Prefix(rollout, late.Group)}the site does not let it become healthy:", late.Missing.Where(health => health.SiteReason is not null)),
                ReasonTable.Find(kept.SiteReason!)?.Person))
        {
            HasGone = token => HasGoneAsync(change, kept, token),
        },
        HealthOutcome.TimedOut late => new ActivationOutcome.Failed(new Failure(
            ReasonCodes.HealthDeadlineExceeded,
            Join(
                string.Create(
                    CultureInfo.InvariantCulture, $"{Prefix(rollout, late.Group)}not healthy within {rollout.TimeoutOf(late.Group).TotalSeconds:0} s:"),
                late.Missing),
            "Look at the objects named here; if they only need longer, raise the component's healthTimeout or the channel's healthDeadline.")),
        _ => throw new InvalidOperationException("objects are healthy, failed or late"),
    };

    // One look at the one object.
    private static async Task<bool> HasGoneAsync(IClusterChange change, ObjectHealth kept, CancellationToken cancellationToken)
    {
        var group = new HealthGroup("kept", [kept.Id], DateTimeOffset.MinValue) { MustSettle = false };
        return await change.AwaitHealthAsync([group], healthy => healthy.Count > 0, new Progress<ObjectHealth>(), cancellationToken)
            is not HealthOutcome.TimedOut { Missing: [{ SiteReason: { } reason }] } || reason != kept.SiteReason;
    }

    /// <summary>A sentence that names the first few of its subjects.</summary>
    internal static string Join(string what, IEnumerable<object> subjects)
    {
        const int Named = 5;
        var all = subjects.ToList();
        var names = string.Join("; ", all.Take(Named));
        return all.Count > Named ? $"{what} {names}; and {all.Count - Named} more" : $"{what} {names}";
    }

    private static string Prefix(ComponentRollout rollout, string component) => rollout.HasSeveral ? $"component {component}: " : "";

    private sealed class HealthCounter(ComponentRollout rollout, IProgress<PipelineProgress> progress) : IProgress<ObjectHealth>
    {
        private readonly ConcurrentDictionary<string, bool> _isCurrent = new(StringComparer.Ordinal);
        private readonly IReadOnlyList<HealthGroup> _groups = rollout.Groups;
        private readonly string? _waitingFor = rollout.WaitingFor;

        public void Report(ObjectHealth value)
        {
            _isCurrent[value.Id.Key] = value.State == HealthState.Current;
            rollout.Note(value);
            if (value.IsHeldBack)
            {
                progress.Report(new PipelineProgress(rollout.Channel, PipelineStage.Confirm, value.ToString()) { WaitingFor = _waitingFor });
            }

            var unhealthy = _groups.Where(group => !group.Objects.All(id => _isCurrent.GetValueOrDefault(id.Key))).Select(group => group.Name);
            progress.Report(new PipelineProgress(
                rollout.Channel,
                PipelineStage.Confirm,
                rollout.HasSeveral && string.Join(", ", unhealthy) is { Length: > 0 } names ? $"healthy objects; waiting for {names}" : "healthy objects",
                _isCurrent.Values.Count(isCurrent => isCurrent),
                _groups.Sum(group => group.Objects.Count)) { WaitingFor = _waitingFor });
        }
    }
}
