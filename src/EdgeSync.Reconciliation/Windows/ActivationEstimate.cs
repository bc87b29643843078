using System.Globalization;
using EdgeSync.Bundles.Reading;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Yaml;

namespace EdgeSync.Reconciliation.Windows;

/// <summary>How long activating a bundle takes at this site, from the first write or hook until it is healthy.</summary>
/// <param name="Duration">How long, in whole seconds, rounded up.</param>
/// <param name="Samples">How many activations of this site it was measured from; 0 where it comes from the bundle's own time limits.</param>
public sealed record ActivationEstimate(TimeSpan Duration, int Samples)
{
    private const int Percent = 90;

    /// <summary>
    /// The 90th percentile of this channel's last activations; where there are none, the longest that the bundle's own time limits allow: those of its
    /// components, of which one may begin only when others are healthy, and of its hooks.
    /// </summary>
    public static ActivationEstimate For(string channel, OpenedBundle bundle, TimeSpan healthDeadline, IStageHistory history)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(history);
        var measured = history.Last(channel, PipelineStage.Confirm);
        return measured.Count > 0
            ? new ActivationEstimate(RoundUp(Percentile(measured)), measured.Count)
            : new ActivationEstimate(RoundUp(LongestOf(bundle, healthDeadline)), Samples: 0);
    }

    /// <summary>The duration that nine of ten of these did not exceed (nearest rank). At least one is needed.</summary>
    public static TimeSpan Percentile(IReadOnlyCollection<StageDuration> durations)
    {
        ArgumentNullException.ThrowIfNull(durations);
        ArgumentOutOfRangeException.ThrowIfZero(durations.Count);
        var rank = ((durations.Count * Percent) + 99) / 100;
        return durations.Select(duration => duration.Took).Order().ElementAt(rank - 1);
    }

    /// <summary>For people: how long, and by what.</summary>
    public override string ToString() => Samples == 0
        ? $"up to {UnitText.Duration(Duration)} by the bundle's own time limits, because none was measured here yet"
        : string.Create(CultureInfo.InvariantCulture, $"about {UnitText.Duration(Duration)}, the 90th percentile of the last {Samples} here");

    private static TimeSpan LongestOf(OpenedBundle bundle, TimeSpan healthDeadline)
    {
        // Each component comes after the ones that it depends on.
        var ends = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var component in bundle.Components)
        {
            var begin = component.DependsOn.Select(name => ends.GetValueOrDefault(name)).DefaultIfEmpty().Max();
            ends[component.Name] = begin + (component.HealthTimeout ?? healthDeadline);
        }

        var hooks = bundle.Hooks.Sum(hook =>
            hook.Moments.Count(moment => moment != HookMoment.OnRollback) * (hook.Timeout ?? healthDeadline).Ticks);
        return ends.Values.DefaultIfEmpty().Max() + TimeSpan.FromTicks(hooks);
    }

    private static TimeSpan RoundUp(TimeSpan duration) => TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(duration.TotalSeconds)));
}
