using System.Globalization;
using EdgeSync.Contracts;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Steps;

/// <summary>Says in words why an activation failed, with the component where there are several.</summary>
internal static class ActivationFaults
{
    public static ActivationOutcome.Failed Refused(IReadOnlyList<ObjectFault> faults, string? component) => new(new Trouble(
        ReasonCodes.ApplyRejected,
        Sentence($"{Prefix(component)}the cluster refused", faults),
        faults.Select(fault => fault.Hint).FirstOrDefault(hint => hint is not null) ?? "Mend the manifests and release again."));

    public static ActivationOutcome.Failed Unhealthy(HealthReport report, TimeSpan timeout, bool areSeveral)
    {
        var prefix = Prefix(areSeveral ? report.Component : null);
        return new ActivationOutcome.Failed(report.State == HealthState.Failed
            ? new Trouble(
                ReasonCodes.HealthFailed,
                Sentence($"{prefix}cannot become healthy:", report.Faults),
                "Look at the pods' logs; mend the bundle and release again.")
            : new Trouble(
                ReasonCodes.HealthDeadlineExceeded,
                Sentence(string.Create(CultureInfo.InvariantCulture, $"{prefix}not healthy within {timeout.TotalSeconds:0} s:"), report.Faults),
                "Look at the objects named here; if they only need longer, raise the component's healthTimeout or the channel's healthDeadline."));
    }

    private static string Prefix(string? component) => component is null ? "" : $"component {component}: ";

    private static string Sentence(string what, IReadOnlyList<ObjectFault> faults)
    {
        const int Named = 5;
        var names = string.Join("; ", faults.Take(Named));
        return faults.Count > Named ? $"{what} {names}; and {faults.Count - Named} more" : $"{what} {names}";
    }
}
