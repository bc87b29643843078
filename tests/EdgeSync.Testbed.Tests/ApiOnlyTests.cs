using System.Security.Cryptography.X509Certificates;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testing;

namespace EdgeSync.Testbed.Tests;

public sealed class ApiOnlyTests : IAsyncLifetime
{
    private const int Limit = 1_800_000;
    private const string ConfigMaps = "/api/v1/namespaces/default/configmaps";
    private const string Motto = """{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "motto"}, "data": {"say": "semper paratus"}}""";
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
        await _node.CreateAsync(ConfigMaps, Motto);

        await _node.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => _node.GetAsync(ConfigMaps));
        await _node.StartAgainAsync();

        Assert.Contains("semper paratus", await _node.GetAsync($"{ConfigMaps}/motto"), StringComparison.Ordinal);
    }

    [PeerFact(Timeout = Limit)]
    public async Task StartApi_AfterStopApi_AnswersAgain()
    {
        await _node.StopApiAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => _node.GetAsync("/version"));

        await _node.StartApiAsync();

        Assert.Contains("gitVersion", await _node.GetAsync("/version"), StringComparison.Ordinal);
    }

    [PeerFact(Timeout = Limit)]
    public async Task CertificateKubeconfig_ItsCertificate_IsAnAdministrator()
    {
        var pki = _session["node/pki"];
        var authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(pki, "ca.pem"));
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(Path.Combine(pki, "admin.pem"), Path.Combine(pki, "admin.key"))];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { authority },
        };
        using var http = new HttpClient(handler);
        var kubeconfig = await File.ReadAllTextAsync(_node.CertificateKubeconfigPath!);
        var server = kubeconfig.Split('"').First(p => p.StartsWith("https://", StringComparison.Ordinal));

        using var answer = await http.GetAsync(new Uri($"{server}/api/v1/secrets"));

        Assert.True(answer.IsSuccessStatusCode);
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
        Assert.Contains("items", await _node.GetAsync(ConfigMaps), StringComparison.Ordinal);
    }

    private static Task<ToolResult> TestbedAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        PeerTool.Installed("dotnet").RunAsync(
            new ToolRequest([Path.Combine(AppContext.BaseDirectory, "testbed.dll"), .. arguments]) { Environment = environment });
}
