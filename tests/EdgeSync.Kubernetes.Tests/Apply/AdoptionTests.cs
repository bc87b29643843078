using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Tests.Api;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testing;
using KubernetesObject = EdgeSync.Kubernetes.Manifests.KubernetesObject;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>Objects that the real kubectl, or a tool that writes as Helm and Flux do, has applied before.</summary>
[Collection(ApiServer.Collection)]
public sealed class AdoptionTests(ApiServer server)
{
    private readonly string _shop = $"shop-{Guid.NewGuid():N}"[..20];

    [PeerTheory(Timeout = ApiServer.Limit)]
    [InlineData("apply")]
    [InlineData("apply", "--server-side")]
    [InlineData("create")]
    public async Task Adopt_WhatKubectlApplied_LetsTheNextApplyTakeOutWhatTheBundleDoesNotState(params string[] verb)
    {
        await ApplyAsync(Yaml.Namespace(_shop));
        await KubectlAsync(verb, Map("say: \"1\", old: \"1\""));
        var wanted = Map("say: \"1\"");
        await ApplyAsync(Yaml.Namespace(_shop), wanted);
        Assert.NotNull((await ReadAsync()).Json["data"]!["old"]);

        var adopted = Assert.Single(await AdoptAsync(dryRun: false, wanted));
        await ApplyAsync(Yaml.Namespace(_shop), wanted);

        Assert.Null(adopted.Failure);
        Assert.Contains("/data/old", adopted.Surplus);
        Assert.StartsWith("kubectl", Assert.Single(adopted.Managers), StringComparison.Ordinal);
        var live = (await ReadAsync()).Json;
        Assert.Null(live["data"]!["old"]);
        Assert.Null(live["metadata"]!["annotations"]?["kubectl.kubernetes.io/last-applied-configuration"]);
        Assert.Empty(await AdoptAsync(dryRun: false, wanted));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Adopt_DryRun_ChangesNothing()
    {
        await ApplyAsync(Yaml.Namespace(_shop));
        await KubectlAsync(["apply"], Map("say: \"1\", old: \"1\""));
        var before = (await ReadAsync()).Json.ToJsonString();

        Assert.Single(await AdoptAsync(dryRun: true, Map("say: \"1\"")));

        Assert.Equal(before, (await ReadAsync()).Json.ToJsonString());
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Adopt_WhatHelmInstalled_SaysThatItsReleaseMustGo()
    {
        await ApplyAsync(Yaml.Namespace(_shop));
        using var helm = server.Connect(new KubernetesClientOptions { FieldManager = "helm" });
        var installed = Map("say: \"1\"");
        installed.Json["metadata"]!["annotations"] = new JsonObject { ["meta.helm.sh/release-name"] = "web", ["meta.helm.sh/release-namespace"] = _shop };
        await helm.ApplyAsync(installed, new ApplyMode(), default);

        var adopted = Assert.Single(await AdoptAsync(dryRun: false, Map("say: \"1\"")));

        Assert.Contains($"the Helm release {_shop}/web", adopted.Notice, StringComparison.Ordinal);
        Assert.Contains("/metadata/annotations", adopted.Surplus);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Adopt_FieldsOfAController_StayItsOwn()
    {
        await ApplyAsync(Yaml.Namespace(_shop));
        using var controller = server.Connect(new KubernetesClientOptions { FieldManager = "some-operator" });
        await controller.ApplyAsync(Map("theirs: \"1\""), new ApplyMode(), default);
        await KubectlAsync(["apply", "--server-side"], Map("say: \"1\""));
        var wanted = Map("say: \"1\"");

        Assert.Equal(["kubectl"], Assert.Single(await AdoptAsync(dryRun: false, wanted)).Managers);
        await ApplyAsync(Yaml.Namespace(_shop), wanted);

        Assert.Equal("1", (string?)(await ReadAsync()).Json["data"]!["theirs"]);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Adopt_ObjectThatDoesNotExist_IsNothing() => Assert.Empty(await AdoptAsync(dryRun: false, Map("say: \"1\"")));

    private KubernetesObject Map(string data) => Yaml.ReadOne($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: {_shop}}}\ndata: {{{data}}}\n");

    private async Task<KubernetesObject> ReadAsync() => new((await server.Client.GetAsync(Map("").Id, default))!);

    private Task<ApplyResult> ApplyAsync(params KubernetesObject[] objects) => new ClusterApplier(server.Client, TimeProvider.System).ApplyAsync(Request(objects), null, default);

    private Task<IReadOnlyList<AdoptedObject>> AdoptAsync(bool dryRun, params KubernetesObject[] objects) =>
        new Adoption(server.Client).RunAsync(Request(objects), Adoption.IsDeploymentTool, dryRun, default);

    private ApplyRequest Request(KubernetesObject[] objects) => new("set", $"{_shop}-own", _shop, objects);

    private async Task KubectlAsync(string[] verb, KubernetesObject item)
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder["a.json"], item.Json.ToJsonString());
        (await PeerTool.Installed("kubectl").RunAsync(new ToolRequest(["--kubeconfig", server.Node.KubeconfigPath, .. verb, "-f", folder["a.json"]]))).EnsureSuccess();
    }
}
