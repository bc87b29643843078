using EdgeSync.Bundles.Metadata;
using EdgeSync.Contracts;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.Staging;

namespace EdgeSync.Reconciliation.Steps;

/// <summary>
/// Holds what a new bundle needs against what the site has, before anything large is fetched. Asked for new bundles only: what runs here runs
/// on, whatever it says that it needs.
/// </summary>
internal sealed class RequirementsStep(IClusterVersion cluster, SiteProfile site)
{
    /// <summary>
    /// Raises a stalled <see cref="ReconciliationException"/> where the site lacks something, and a transient one while the cluster does not
    /// say its version: an API server that is away is no reason to refuse a bundle.
    /// </summary>
    public async Task CheckAsync(BundleRequirements requires, Digest bundle, CancellationToken cancellationToken)
    {
        if (requires.AgentProblem(site.AgentVersion) is { } oldAgent)
        {
            throw Refusal(bundle, oldAgent, "Update edgesync at this site, or release a bundle for its version.");
        }

        if (requires.Kubernetes is { } range
            && requires.KubernetesProblem(await FindVersionAsync(range, cancellationToken)) is { } problem)
        {
            throw Refusal(bundle, problem, "Update Kubernetes at this site, or release a bundle for its version.");
        }
    }

    private async Task<string> FindVersionAsync(string range, CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.VersionAsync(cancellationToken);
        }
        catch (EdgeSyncException failure)
        {
            throw new ReconciliationException(
                failure.Reason, $"the bundle needs Kubernetes {range}, and the cluster does not say its version: {failure.Message}", failure)
            {
                Subject = failure.Subject,
                Hint = failure.Hint,
                RetryAfter = failure.RetryAfter,
            };
        }
    }

    private static ReconciliationException Refusal(Digest bundle, string problem, string hint) =>
        new(ReasonCodes.RequirementsNotMet, problem)
        {
            Disposition = Disposition.Stalled,
            Subject = bundle.ToString(),
            Hint = hint,
        };
}
