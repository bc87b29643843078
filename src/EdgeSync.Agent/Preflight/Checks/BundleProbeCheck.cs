using EdgeSync.Kubernetes.Checks;

namespace EdgeSync.Agent.Preflight.Checks;

/// <summary>A Service of a bundle answers as the bundle says.</summary>
/// <param name="channel">The bundle's channel.</param>
/// <param name="probe">What is asked.</param>
/// <param name="ask">Asks it; null where the bundle has no such Service at this site.</param>
internal sealed class BundleProbeCheck(string channel, ServiceProbe probe, Func<CancellationToken, Task<BundleCheckResult>>? ask) : ISiteCheck
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    public string Name => BundleCheckNames.Of(channel, probe.Name);

    public string Why => "The bundle's own check says whether what it brings answers.";

    public TimeSpan? TimeLimit => probe.Limit + Margin;

    public async Task<CheckFinding> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (ask is null)
        {
            return CheckFinding.Failed($"the bundle has no Service {probe.Service} at this site", "Correct 'preflight' in bundle.yaml and release again.");
        }

        var result = await ask(cancellationToken);
        return result.Problem is null
            ? CheckFinding.Passed($"Service {probe.Service} answers {probe.WantedStatus}")
            : CheckFinding.Failed(result.Problem, "Look at the pods behind the Service, and at its endpoints.");
    }
}
