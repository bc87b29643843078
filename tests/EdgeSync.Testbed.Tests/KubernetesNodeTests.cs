using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Registries;

namespace EdgeSync.Testbed.Tests;

public sealed class KubernetesNodeTests : IAsyncLifetime
{
    // The first time, Kubernetes is built.
    private const int Limit = 1_800_000;
    private static readonly ImageContent Web = new("/bin/busybox", "httpd", "-f", "-h", "/www") { Files = new Dictionary<string, string> { ["www/index.html"] = "open" } };
    private TestbedSession _session = null!;

    public async Task InitializeAsync() => _session = await TestbedSession.StartAsync();

    public async Task DisposeAsync() => await _session.DisposeAsync();

    [PeerFact(Timeout = Limit)]
    public async Task Pod_OfALoadedImage_RunsAndAnswers()
    {
        var node = await KubernetesNode.StartAsync(_session);
        await node.LoadImageAsync("shop.invalid/web:1", Web);

        await Pods.CreateAsync(node, "web", "shop.invalid/web:1", "Never");
        var status = await Pods.UntilReadyAsync(node, "web");

        using var http = new HttpClient();
        Assert.Equal("open", await http.GetStringAsync(new Uri($"http://{status.PodIP}/")));
    }

    [PeerFact(Timeout = Limit)]
    public async Task Pod_ImageOfAnOriginThatDoesNotExist_IsPulledThroughTheMirror()
    {
        var registry = await RegistryServer.StartAsync(_session);
        await BusyboxImage.PushAsync(registry, "shop/web", "1", Web);
        var node = await KubernetesNode.StartAsync(_session);
        var hosts = Directory.CreateDirectory(Path.Combine(node.HostsDirectory!, "_default")).FullName;
        await File.WriteAllTextAsync(Path.Combine(hosts, "hosts.toml"), $"[host.\"{registry.BaseAddress}\"]\n  capabilities = [\"pull\", \"resolve\"]\n");

        await Pods.CreateAsync(node, "web", "origin.invalid/shop/web:1", "Always");
        await Pods.UntilReadyAsync(node, "web");

        Assert.Contains(await registry.GetRequestsAsync(), r => r.Path.Contains("ns=origin.invalid", StringComparison.Ordinal));
    }

    [PeerFact(Timeout = Limit)]
    public async Task StartAgain_AfterAPowerCut_PodsComeBack()
    {
        var node = await KubernetesNode.StartAsync(_session);
        await node.LoadImageAsync("shop.invalid/web:1", Web);
        await Pods.CreateAsync(node, "web", "shop.invalid/web:1", "Never");
        var before = await Pods.UntilReadyAsync(node, "web");

        await node.KillAsync();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        await Assert.ThrowsAnyAsync<Exception>(() => http.GetStringAsync(new Uri($"http://{before.PodIP}/")));
        await node.StartAgainAsync();

        var after = await Pods.UntilReadyAsync(node, "web", before);
        Assert.Equal("open", await http.GetStringAsync(new Uri($"http://{after.PodIP}/")));
    }

    [PeerFact(Timeout = Limit)]
    public async Task Dispose_NodeWithPods_LeavesNothing()
    {
        var session = await TestbedSession.StartAsync();
        var node = await KubernetesNode.StartAsync(session);
        await node.LoadImageAsync("shop.invalid/web:1", Web);
        await Pods.CreateAsync(node, "web", "shop.invalid/web:1", "Never");
        await Pods.UntilReadyAsync(node, "web");
        Assert.NotEmpty(MountsBelow(session.Folder));
        var bridge = Assert.Single(Bridges(session.Folder));
        var sandbox = Path.GetFileName(Assert.Single(Directory.GetDirectories(session["node/containerd/io.containerd.grpc.v1.cri/sandboxes"])));

        await session.DisposeAsync();

        Assert.Empty(MountsBelow(session.Folder));
        Assert.False(Directory.Exists(session.Folder));
        Assert.False(Directory.Exists($"/sys/class/net/{bridge}"));
        Assert.Empty(Directory.EnumerateDirectories("/sys/fs/cgroup", $"edgesync-{bridge[2..]}", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }));
        Assert.Empty(Directory.EnumerateFiles("/var/lib/cni/results", $"*{sandbox}*"));
        Assert.DoesNotContain(CommandLines(), c => c.Contains(session.Folder, StringComparison.Ordinal));
    }

    private static List<string> MountsBelow(string folder) =>
        [.. File.ReadLines("/proc/self/mounts").Where(l => l.Contains($" {folder}/", StringComparison.Ordinal))];

    private static IEnumerable<string> Bridges(string folder)
    {
        var network = File.ReadAllText(Path.Combine(folder, "node/cni/10-bridge.conflist"));
        return Directory.EnumerateDirectories("/sys/class/net").Select(d => Path.GetFileName(d)).Where(n => network.Contains($"\"{n}\"", StringComparison.Ordinal));
    }

    private static IEnumerable<string> CommandLines()
    {
        foreach (var process in System.Diagnostics.Process.GetProcesses())
        {
            using (process)
            {
                string line;
                try
                {
                    line = File.ReadAllText($"/proc/{process.Id}/cmdline");
                }
                catch (IOException)
                {
                    continue;
                }

                yield return line;
            }
        }
    }
}
