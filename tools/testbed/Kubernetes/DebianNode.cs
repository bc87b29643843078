using System.Globalization;
using System.Security.Cryptography;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>etcd, API server, controllers, scheduler, kubelet and containerd of Debian's packages, all in one folder.</summary>
internal sealed class DebianNode : INode
{
    private static readonly TimeSpan ApiTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromMinutes(5);
    private readonly TestbedSession _session;
    private readonly KubernetesNodeOptions _options;
    private readonly NodePorts _ports;
    private readonly NodeFiles _files;
    private readonly string _mark;
    private readonly string _bridge;
    private readonly string _cgroup;
    private readonly Dictionary<string, ManagedProcess> _processes = [];
    private IReadOnlyList<string> _cgroups = [];

    public DebianNode(TestbedSession session, KubernetesNodeOptions options)
    {
        _session = session;
        _options = options;
        _ports = NodePorts.Reserve(session);
        _mark = $"{session.Record.Id}-{options.Name}";

        // A name of an interface has 15 characters at most.
        var unique = string.Create(CultureInfo.InvariantCulture, $"{session.Record.Id[..6]}{_ports.Etcd}");
        _bridge = $"es{unique}";
        _cgroup = $"edgesync-{unique}";
        _files = new NodeFiles(Directory.CreateDirectory(session[options.Name]).FullName, _ports, _bridge, _cgroup);
        _files.Write(token: RandomNumberGenerator.GetHexString(32, lowercase: true));
        Api = new ClusterApi(_files.Kubeconfig);
    }

    public ClusterApi Api { get; }

    public string KubeconfigPath => _files.Kubeconfig;

    public string CertificateKubeconfigPath => _files.CertificateKubeconfig;

    public string? RuntimeEndpoint => _options.ApiOnly ? null : $"unix://{_files.ContainerdSocket}";

    public string? HostsDirectory => _options.ApiOnly ? null : _files.HostsDirectory;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var etcd = $"http://127.0.0.1:{_ports.Etcd}";
        var peer = $"http://127.0.0.1:{_ports.EtcdPeer}";
        Start(
            "etcd", "etcd", "--data-dir", _files["etcd"], "--listen-client-urls", etcd, "--advertise-client-urls", etcd,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", $"default={peer}");
        if (_options.ApiOnly)
        {
            await StartApiAsync(cancellationToken);
            return;
        }

        // The runtime comes up while the API server does.
        PrepareMachine();
        Start("containerd", "containerd", "-c", _files["containerd.toml"]);
        await Task.WhenAll(StartApiAsync(cancellationToken), LoadPauseImageAsync(cancellationToken));
        StartControllers();
        await StartKubeletAsync(cancellationToken);
    }

    public async Task StartApiAsync(CancellationToken cancellationToken)
    {
        string[] audit = _options.AuditLogPath is { } log ? [$"--audit-policy-file={_files["audit.yaml"]}", $"--audit-log-path={log}"] : [];
        var api = Start(
            "apiserver", NodeBinaries.PathOf("kube-apiserver"),
            [
                $"--etcd-servers=http://127.0.0.1:{_ports.Etcd}",
                "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", $"--secure-port={_ports.Api}",
                $"--cert-dir={_files["pki"]}", $"--tls-cert-file={_files["pki/kube-apiserver.pem"]}", $"--tls-private-key-file={_files["pki/kube-apiserver.key"]}",
                $"--client-ca-file={_files["pki/ca.pem"]}", $"--token-auth-file={_files["tokens.csv"]}",
                $"--service-account-key-file={_files["pki/sa.pub"]}", $"--service-account-signing-key-file={_files["pki/sa.key"]}",
                "--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range=10.43.0.0/16",
                $"--requestheader-client-ca-file={_files["front-proxy/ca.pem"]}", "--requestheader-allowed-names=front-proxy",
                "--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group", "--requestheader-extra-headers-prefix=X-Remote-Extra-",
                $"--proxy-client-cert-file={_files["front-proxy/front-proxy.pem"]}", $"--proxy-client-key-file={_files["front-proxy/front-proxy.key"]}",
                "--authorization-mode=RBAC", "--allow-privileged=true", "--disable-admission-plugins=ServiceAccount",
                .. audit,
            ]);
        await api.UntilAsync("readiness", ApiTimeout, token => Api.AnswersAsync("/readyz", token), cancellationToken);
        await api.UntilAsync("the namespace default", ApiTimeout, token => Api.AnswersAsync("/api/v1/namespaces/default", token), cancellationToken);
    }

    public async Task<(int Port, ClusterApi Api)> StartExtensionsAsync(string program, CancellationToken cancellationToken)
    {
        var port = _session.ReservePort();
        var api = new ClusterApi(_files.WriteKubeconfigFor(port));
        var server = Start(
            "extensions", program,
            $"--etcd-servers=http://127.0.0.1:{_ports.Etcd}", "--etcd-prefix=/registry/extensions", "--bind-address=127.0.0.1", $"--secure-port={port}",
            $"--tls-cert-file={_files["pki/kube-apiserver.pem"]}", $"--tls-private-key-file={_files["pki/kube-apiserver.key"]}",
            $"--kubeconfig={_files.Kubeconfig}", $"--authentication-kubeconfig={_files.Kubeconfig}", $"--authorization-kubeconfig={_files.Kubeconfig}",

            // The node's API server does not know these APIs.
            "--enable-priority-and-fairness=false", "--disable-admission-plugins=MutatingAdmissionPolicy,ValidatingAdmissionPolicy");
        await server.UntilAsync("readiness", ApiTimeout, token => api.AnswersAsync("/readyz", token), cancellationToken);
        return (port, api);
    }

    public Task StopApiAsync(CancellationToken cancellationToken) => StopAsync("apiserver", cancellationToken);

    public async Task StopAsync(bool atOnce, CancellationToken cancellationToken)
    {
        if (!atOnce)
        {
            foreach (var name in new[] { "kubelet", "scheduler", "controller-manager", "extensions", "apiserver", "etcd" })
            {
                await StopAsync(name, cancellationToken);
            }
        }

        // Pods last: with nobody there to start them again. A shim's children are in the node's cgroup, the shim itself is marked.
        await RunCleaner.KillAsync(
            _options.Name, () => ProcessTable.Find(ProcessTable.NodeMarker, _mark, Cgroups.ProcessesIn(_cgroups)), cancellationToken);
        Mounts.RemoveBelow(_files[""].TrimEnd('/'));

        // As after a boot, when /run is empty.
        if (Directory.Exists(_files["containerd-state"]))
        {
            Directory.Delete(_files["containerd-state"], recursive: true);
        }
    }

    public async Task LoadImageAsync(string archive, CancellationToken cancellationToken) =>
        (await PeerTool.Installed("ctr").RunAsync(
            cancellationToken, "-a", _files.ContainerdSocket, "-n", "k8s.io", "images", "import", archive)).EnsureSuccess();

    private void PrepareMachine()
    {
        if (_cgroups.Count > 0)
        {
            return;
        }

        _session.Record.AddBridge(_bridge);
        _cgroups = Cgroups.Create(_cgroup);
        foreach (var folder in _cgroups)
        {
            _session.Record.AddCgroup(folder);
        }
    }

    private async Task LoadPauseImageAsync(CancellationToken cancellationToken)
    {
        await _processes["containerd"].UntilAsync("its socket", NodeTimeout, RuntimeAnswersAsync, cancellationToken);
        var archive = _files["pause.tar"];
        if (!File.Exists(archive))
        {
            var layout = _files["pause"];
            await BusyboxImage.WriteLayoutAsync(layout, NodeFiles.PauseImage, new ImageContent("/bin/busybox", "sleep", "2147483647"), cancellationToken);
            await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(layout, archive, includeBaseDirectory: false, cancellationToken);
            await LoadImageAsync(archive, cancellationToken);
        }
    }

    private void StartControllers()
    {
        Start(
            "controller-manager", NodeBinaries.PathOf("kube-controller-manager"), $"--kubeconfig={_files.Kubeconfig}",
            $"--service-account-private-key-file={_files["pki/sa.key"]}", "--controllers=*,-nodeipam,-route,-cloud-node-lifecycle",
            "--leader-elect=false", "--port=0", $"--secure-port={_ports.ControllerManager}", "--bind-address=127.0.0.1", $"--cert-dir={_files["pki-controllers"]}");
        Start(
            "scheduler", NodeBinaries.PathOf("kube-scheduler"), $"--kubeconfig={_files.Kubeconfig}", "--leader-elect=false", "--port=0",
            $"--secure-port={_ports.Scheduler}", "--bind-address=127.0.0.1", $"--cert-dir={_files["pki-scheduler"]}");
    }

    private async Task StartKubeletAsync(CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetUtcNow();
        var kubelet = Start(
            "kubelet", NodeBinaries.PathOf("kubelet"), $"--config={_files["kubelet.yaml"]}", $"--kubeconfig={_files.Kubeconfig}",
            "--container-runtime=remote", $"--container-runtime-endpoint=unix://{_files.ContainerdSocket}", $"--root-dir={_files["kubelet"]}",
            $"--hostname-override={KubernetesNode.NodeName}", $"--pod-infra-container-image={NodeFiles.PauseImage}", $"--cert-dir={_files["pki-kubelet"]}");
        await kubelet.UntilAsync("a ready node", NodeTimeout, token => Api.IsNodeReadyAsync(begun, token), cancellationToken);
    }

    private ManagedProcess Start(string name, string program, params string[] arguments)
    {
        var process = _session.Start(new ProcessRequest($"{_options.Name}/{name}", program, arguments)
        {
            Environment = new Dictionary<string, string?> { [ProcessTable.NodeMarker] = _mark },
        });
        _processes[name] = process;
        return process;
    }

    private async Task StopAsync(string name, CancellationToken cancellationToken)
    {
        if (_processes.TryGetValue(name, out var process) && process.IsRunning)
        {
            await process.StopAsync(TimeSpan.FromSeconds(5), cancellationToken);
        }
    }

    private async Task<bool> RuntimeAnswersAsync(CancellationToken cancellationToken) =>
        File.Exists(_files.ContainerdSocket)
        && (await PeerTool.Installed("ctr").RunAsync(cancellationToken, "-a", _files.ContainerdSocket, "version")).ExitCode == 0;
}
