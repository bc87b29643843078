using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testing;
using k8s;
using k8s.Models;

namespace EdgeSync.Testbed.Tests;

public sealed class ApiOnlyTests : IAsyncLifetime
{
    private const int Limit = 1_800_000;
    private static readonly V1ConfigMap Motto = new()
    {
        Metadata = new V1ObjectMeta { Name = "motto" },
        Data = new Dictionary<string, string> { ["say"] = "semper paratus" },
    };

    private TestbedSession _session = null!;
    private KubernetesNode _node = null!;

    public async Task InitializeAsync()
    {
        _session = await TestbedSession.StartAsync();
        _node = await KubernetesNode.StartAsync(_session, new KubernetesNodeOptions { ApiOnly = true });
    }

    public async Task DisposeAsync() => await _session.DisposeAsync();

    [PeerFact(Timeout = Limit)]
    public async Task StartAgain_AfterStop_HasItsObjects()
    {
        await _node.Api.CoreV1.CreateNamespacedConfigMapAsync(Motto, "default");

        await _node.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(ReadAsync);
        await _node.StartAgainAsync();

        Assert.Equal("semper paratus", (await ReadAsync()).Data["say"]);
    }

    [PeerFact(Timeout = Limit)]
    public async Task StartApi_AfterStopApi_AnswersAgain()
    {
        await _node.StopApiAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => _node.Api.Version.GetCodeAsync());

        await _node.StartApiAsync();

        Assert.NotEmpty((await _node.Api.Version.GetCodeAsync()).GitVersion);
    }

    [PeerFact(Timeout = Limit)]
    public async Task CertificateKubeconfig_ItsCertificate_IsAnAdministrator()
    {
        using var client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(_node.CertificateKubeconfigPath));

        Assert.NotNull(await client.CoreV1.ListSecretForAllNamespacesAsync());
    }

    [PeerFact(Timeout = Limit)]
    public async Task Up_WithAKubeconfigInTheEnvironment_TakesThatClusterAndLeavesIt()
    {
        using var folder = new TempDirectory();
        var environment = new Dictionary<string, string?>
        {
            ["EDGESYNC_KUBECONFIG"] = _node.KubeconfigPath,
            ["TESTBED_RUNTIME_ENDPOINT"] = "unix:///run/given.sock",
            ["TESTBED_HOSTS_DIRECTORY"] = "/etc/given/certs.d",
            ["XDG_CACHE_HOME"] = folder.Path,
        };

        var up = (await TestbedAsync(environment, "up", folder["run"])).EnsureSuccess();
        (await TestbedAsync(environment, "down", folder["run"])).EnsureSuccess();

        Assert.Contains($"kubeconfig  {_node.KubeconfigPath}\nruntime     unix:///run/given.sock\nhosts       /etc/given/certs.d\n", up.Output, StringComparison.Ordinal);
        Assert.NotNull((await _node.Api.CoreV1.ListNamespacedConfigMapAsync("default")).Items);
    }

    private Task<V1ConfigMap> ReadAsync() => _node.Api.CoreV1.ReadNamespacedConfigMapAsync("motto", "default");

    private static Task<ToolResult> TestbedAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        PeerTool.Installed("dotnet").RunAsync(
            new ToolRequest([Path.Combine(AppContext.BaseDirectory, "testbed.dll"), .. arguments]) { Environment = environment });
}
