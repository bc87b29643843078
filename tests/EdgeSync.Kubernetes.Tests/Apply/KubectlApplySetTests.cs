using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Tests.Api;
using EdgeSync.Testbed.Peers;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>kubectl reads the inventory as an ApplySet (KEP-3659): it leaves another tool's set alone, and can take it over.</summary>
[Collection(ApiServer.Collection)]
public sealed class KubectlApplySetTests(ApiServer server)
{
    private readonly string _shop = $"shop-{Guid.NewGuid():N}"[..20];

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Kubectl_SetOfEdgeSync_IsRefusedByItsToolingAndPrunedAfterAHandover()
    {
        var applier = new ClusterApplier(server.Client, TimeProvider.System);
        var request = new ApplyRequest("set", _shop, _shop, [Yaml.Namespace(_shop), Yaml.ConfigMap(_shop, "stays", "1"), Yaml.ConfigMap(_shop, "goes", "1")]);
        Assert.True((await applier.ApplyAsync(request, null, default)).IsComplete);

        var list = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "List",
            ["items"] = new JsonArray(Yaml.Namespace(_shop).Json.DeepClone(), Yaml.ConfigMap(_shop, "stays", "1").Json.DeepClone()),
        };
        string[] apply = ["apply", "--server-side", "--force-conflicts", "--prune", "--applyset=configmaps/set", "-f", "-"];

        var refused = await RunAsync(list.ToJsonString(), apply);
        (await RunAsync("", "annotate", "--overwrite", "configmap/set", $"{ApplySet.ToolingAnnotation}=kubectl/{await KubectlVersionAsync()}")).EnsureSuccess();
        var taken = await RunAsync(list.ToJsonString(), apply);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("managed by tooling \"edgesync\"", refused.Error, StringComparison.Ordinal);
        taken.EnsureSuccess();
        Assert.Contains("configmap/goes pruned", taken.Output, StringComparison.Ordinal);
        Assert.NotNull(await server.Client.GetAsync(Yaml.ConfigMap(_shop, "stays", "").Id, default));
        Assert.Null(await server.Client.GetAsync(Yaml.ConfigMap(_shop, "goes", "").Id, default));
    }

    private async Task<string> KubectlVersionAsync() =>
        (string)JsonNode.Parse((await RunAsync("", "version", "--client", "--output", "json")).EnsureSuccess().Output)!["clientVersion"]!["gitVersion"]!;

    private Task<ToolResult> RunAsync(string input, params string[] arguments) => PeerTool.Installed("kubectl").RunAsync(
        new ToolRequest(["--kubeconfig", server.Node.KubeconfigPath, "--namespace", _shop, .. arguments])
        {
            Input = input,
            Environment = new Dictionary<string, string?> { ["KUBECTL_APPLYSET"] = "true" },
        });
}
