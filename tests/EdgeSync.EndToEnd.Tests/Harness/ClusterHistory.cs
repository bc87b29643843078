using System.Text.Json.Nodes;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Kubernetes;

namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>What really happened to objects, by the API server's own history: an apply that changes nothing is not in it.</summary>
internal sealed class ClusterHistory(KubernetesNode node, IReadOnlyList<string> collections)
{
    /// <summary>The point that the history is at now.</summary>
    public async Task<string> NowAsync()
    {
        // The API server keeps the history of a custom kind from the first request for it on.
        foreach (var collection in collections.Skip(1))
        {
            try
            {
                await node.GetAsync($"{collection}?resourceVersion=0");
            }
            catch (TestbedException failure) when (failure.Reason == "NotFound")
            {
                // The kind comes with the delivery.
            }
        }

        return (string)JsonNode.Parse(await node.GetAsync(collections[0]))!["metadata"]!["resourceVersion"]!;
    }

    /// <summary>Each change after a point, such as <c>ConfigMap pages MODIFIED</c>; sorted, because collections have no common order.</summary>
    public async Task<IReadOnlyList<string>> SinceAsync(string resourceVersion)
    {
        var changes = await Task.WhenAll(collections.Select(collection => SinceAsync(collection, resourceVersion)));
        return [.. changes.SelectMany(change => change).Order(StringComparer.Ordinal)];
    }

    private async Task<List<string>> SinceAsync(string collection, string resourceVersion)
    {
        var watched = await node.GetAsync($"{collection}?watch=true&timeoutSeconds=1&resourceVersion={resourceVersion}");
        var events = watched.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);
        return [.. events.Select(item => $"{item["object"]!["kind"]} {item["object"]!["metadata"]!["name"]} {item["type"]}")];
    }
}
