using EdgeSync.Bundles.Metadata;
using EdgeSync.Contracts;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Compares what a new bundle requires with what the site has, before <see cref="FetchStep"/> fetches anything large. What runs here already is not
/// checked: it keeps running, whatever it requires.
/// </summary>
internal sealed class RequirementsCheck(ICluster cluster, SiteProfile site)
{
    /// <summary>
    /// Raises a stalled <see cref="ReconciliationException"/> where the site lacks something, and a transient one while the cluster does not report
    /// its version: an API server that is down is no reason to refuse a bundle.
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
            return await cluster.GetVersionAsync(cancellationToken);
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
