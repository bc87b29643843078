using System.Diagnostics;
using System.Text.Json.Nodes;
using EdgeSync.Testbed.Kubernetes;

namespace EdgeSync.Testbed.Tests;

/// <summary>Pods for the tests of nodes.</summary>
internal static class Pods
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static Task CreateAsync(KubernetesNode node, string name, string image, string pullPolicy) => node.CreateAsync(
        "/api/v1/namespaces/default/pods",
        $$"""
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "{{name}}" }, "spec": {"terminationGracePeriodSeconds": 0,
         "containers": [{"name": "main", "image": "{{image}}", "imagePullPolicy": "{{pullPolicy}}"}] } }
        """);

    /// <summary>The pod's address once it is ready, for the first time after a moment.</summary>
    public static async Task<string> UntilReadyAsync(KubernetesNode node, string name, DateTimeOffset since = default)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            var json = await node.GetAsync($"/api/v1/namespaces/default/pods/{name}");
            var status = JsonNode.Parse(json)!["status"]!;
            var container = status["containerStatuses"]?[0];
            if ((bool?)container?["ready"] == true && DateTimeOffset.Parse((string)container["state"]!["running"]!["startedAt"]!, System.Globalization.CultureInfo.InvariantCulture) >= since)
            {
                return (string)status["podIP"]!;
            }

            Assert.True(watch.Elapsed < Patience, json);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
