using System.Globalization;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>k3s, as at a site. Its containerd socket has one place on a machine, so there is one of these at a time.</summary>
internal sealed class K3sNode : INode
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(3);
    private readonly TestbedSession _session;
    private readonly KubernetesNodeOptions _options;
    private readonly PeerTool _tool;
    private readonly string _folder;
    private readonly string _mark;
    private readonly int _port;
    private ManagedProcess? _process;
    private ClusterApi? _api;

    public K3sNode(TestbedSession session, KubernetesNodeOptions options, PeerTool tool)
    {
        _session = session;
        _options = options;
        _tool = tool;
        _folder = Directory.CreateDirectory(session[options.Name]).FullName;
        _mark = $"{session.Record.Id}-{options.Name}";
        _port = session.ReservePort();
        KubeconfigPath = Path.Combine(_folder, "kubeconfig");
    }

    // k3s writes its kubeconfig when it starts for the first time.
    public ClusterApi Api => _api ??= new ClusterApi(KubeconfigPath);

    public string KubeconfigPath { get; }

    // k3s itself writes client certificates.
    public string CertificateKubeconfigPath => KubeconfigPath;

    public string? RuntimeEndpoint => _options.ApiOnly ? null : "unix:///run/k3s/containerd/containerd.sock";

    public string? HostsDirectory => _options.ApiOnly ? null : Path.Combine(_folder, "agent/etc/containerd/certs.d");

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetUtcNow();
        string[] agent = _options.ApiOnly ? ["--disable-agent"] : [];
        _process = _session.Start(new ProcessRequest(
            _options.Name,
            _tool.Path,
            [
                "server", "--data-dir", _folder, "--write-kubeconfig", KubeconfigPath, "--node-name", KubernetesNode.NodeName,
                "--https-listen-port", _port.ToString(CultureInfo.InvariantCulture),
                "--disable", "traefik,servicelb,metrics-server,local-storage,coredns", .. agent,
            ])
        {
            Environment = new Dictionary<string, string?> { [ProcessTable.NodeMarker] = _mark },
        });
        await _process.UntilAsync("its API", StartTimeout, async token => File.Exists(KubeconfigPath) && await Api.AnswersAsync("/readyz", token), cancellationToken);
        if (!_options.ApiOnly)
        {
            await _process.UntilAsync("its node", StartTimeout, token => Api.IsNodeReadyAsync(begun, token), cancellationToken);
        }
    }

    public async Task StopAsync(bool atOnce, CancellationToken cancellationToken)
    {
        if (!atOnce && _process is { IsRunning: true } process)
        {
            await process.StopAsync(cancellationToken: cancellationToken);
        }

        await RunCleaner.KillAsync($"{_options.Name}", () => ProcessTable.Find(ProcessTable.NodeMarker, _mark, []), cancellationToken);
        Mounts.RemoveBelow(_folder);
        Mounts.RemoveBelow("/run/k3s");
    }

    public Task StartApiAsync(CancellationToken cancellationToken) => StartAsync(cancellationToken);

    // API server and kubelet are one process, but the containers' shims are not: pods go on.
    public async Task StopApiAsync(CancellationToken cancellationToken)
    {
        if (_process is { IsRunning: true } process)
        {
            await process.StopAsync(cancellationToken: cancellationToken);
        }
    }

    public async Task LoadImageAsync(string archive, CancellationToken cancellationToken) =>
        (await _tool.RunAsync(cancellationToken, "ctr", "-n", "k8s.io", "images", "import", archive)).EnsureSuccess();
}
