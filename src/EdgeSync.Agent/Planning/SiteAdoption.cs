using EdgeSync.Agent.Cluster;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Time;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Agent.Planning;

/// <summary>Takes the objects of this site's bundles over from other tools. It changes who owns their fields, and nothing else.</summary>
internal sealed class SiteAdoption(AgentConfiguration configuration, TimeProvider time)
{
    /// <summary>
    /// The objects of the bundle, or of the newest releases that the channels know, of which fields were adopted, or would be (<paramref name="dryRun"/>), from these managers, or from
    /// all tools by which people deploy (empty).
    /// </summary>
    public async Task<IReadOnlyList<AdoptedObject>> RunAsync(
        string? bundle, string? channel, IReadOnlyCollection<string> managers, bool dryRun, CancellationToken cancellationToken)
    {
        var channels = SitePlanner.Choose(configuration, channel, bundle);
        var site = await SiteSnapshot.ReadAsync(configuration, time, cancellationToken);
        var retries = new RetryPolicy(time, new Random());
        using var connection = new ClusterConnection(configuration.Cluster.Kubeconfig, new ClusterTime(site.Clock), time, retries);
        using var sources = new BundleSources(configuration, site, retries, allowUntrusted: false);
        var adopted = new List<AdoptedObject>();
        foreach (var item in channels)
        {
            var input = await SitePlanner.ReadAsync(sources, bundle, item, site.RecordOf(item.Name), cancellationToken);
            var request = new ApplyRequest(ClusterAdapter.NameOf(item.Name), configuration.Cluster.InventoryNamespace, item.Namespace, input.Objects)
            {
                Options = ClusterAdapter.OptionsFor(item, isLive: true, allowDestructive: false),
            };
            adopted.AddRange(await new Adoption(connection.ClientFor(item.Tenant?.Account)).RunAsync(
                request, manager => managers.Count == 0 ? Adoption.IsDeploymentTool(manager) : managers.Contains(manager), dryRun, cancellationToken));
        }

        return adopted;
    }
}
