using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeSync.Testbed.Certificates;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>The configuration of a node of Debian's packages; written once, the same when it is started again.</summary>
internal sealed class NodeFiles(string folder, NodePorts ports, string bridge, string cgroup)
{
    public const string PauseImage = "registry.k8s.io/pause:3.2";

    public string this[string name] => Path.Combine(folder, name);

    public string Kubeconfig => this["kubeconfig"];

    public string CertificateKubeconfig => this["kubeconfig-certificate"];

    public string ContainerdSocket => this["containerd.sock"];

    public string HostsDirectory => this["certs.d"];

    /// <summary>Writes all of it. The token is the administrator's.</summary>
    public void Write(string token)
    {
        Directory.CreateDirectory(HostsDirectory);
        Directory.CreateDirectory(this["cni"]);
        WriteCredentials(token);
        File.WriteAllText(this["cni/10-bridge.conflist"], $$"""
            {"cniVersion": "0.4.0", "name": "{{bridge}}", "plugins": [
              {"type": "bridge", "bridge": "{{bridge}}", "isGateway": true, "ipMasq": false,
               "ipam": {"type": "host-local", "dataDir": "{{this["ipam"]}}", "ranges": [[{"subnet": "{{ports.PodSubnet}}"}]] } },
              {"type": "loopback"}]}
            """);

        // restrict_oom_score_adj: a sandboxed root without CAP_SYS_RESOURCE cannot give the pause container its -998.
        // netns_mounts_under_state_dir: otherwise pods' network namespaces stay mounted outside of this folder.
        File.WriteAllText(this["containerd.toml"], $"""
            version = 2
            root = "{this["containerd"]}"
            state = "{this["containerd-state"]}"
            [grpc]
              address = "{ContainerdSocket}"
            [ttrpc]
              address = "{ContainerdSocket}.ttrpc"
            [plugins."io.containerd.internal.v1.opt"]
              path = "{this["opt"]}"
            [plugins."io.containerd.grpc.v1.cri"]
              restrict_oom_score_adj = true
              netns_mounts_under_state_dir = true
              sandbox_image = "{PauseImage}"
              stream_server_port = "0"
              [plugins."io.containerd.grpc.v1.cri".cni]
                bin_dir = "{CniPrograms()}"
                conf_dir = "{this["cni"]}"
              [plugins."io.containerd.grpc.v1.cri".registry]
                config_path = "{HostsDirectory}"
            """);
        File.WriteAllText(this["audit.yaml"], "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n");
        File.WriteAllText(this["kubelet.yaml"], $$"""
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            cgroupDriver: cgroupfs
            cgroupRoot: /{{cgroup}}
            failSwapOn: false
            authentication: {anonymous: {enabled: true}, webhook: {enabled: false} }
            authorization: {mode: AlwaysAllow}
            evictionHard: {nodefs.available: "1%", imagefs.available: "1%", memory.available: 50Mi}
            nodeStatusUpdateFrequency: 5s
            address: 127.0.0.1
            port: {{ports.Kubelet}}
            healthzPort: 0
            clusterDNS: [10.43.0.10]
            """);
    }

    private static string CniPrograms() => Directory.Exists("/usr/lib/cni") ? "/usr/lib/cni" : "/opt/cni/bin";

    private void WriteCredentials(string token)
    {
        using var authority = new CertificateFactory(this["pki"], "EdgeSync testbed cluster");
        authority.CreateServer("kube-apiserver", "kubernetes.default");
        var admin = authority.CreateClient("admin", organization: "system:masters");
        using (var key = RSA.Create(2048))
        {
            File.WriteAllText(this["pki/sa.key"], key.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(this["pki/sa.pub"], key.ExportSubjectPublicKeyInfoPem());
        }

        // For servers to which the API server forwards groups.
        using var frontProxy = new CertificateFactory(this["front-proxy"], "EdgeSync testbed front proxy");
        frontProxy.CreateClient("front-proxy");
        File.WriteAllText(this["tokens.csv"], $"{token},admin,admin,system:masters\n");
        WriteKubeconfig(Kubeconfig, authority, $"{{token: {token}}}");
        WriteKubeconfig(
            CertificateKubeconfig, authority, $"{{client-certificate-data: {Base64(admin.CertificatePath)}, client-key-data: {Base64(admin.KeyPath)}}}");
    }

    /// <summary>The administrator's kubeconfig for another API server of the same certificate.</summary>
    public string WriteKubeconfigFor(int port)
    {
        var path = this["kubeconfig-extensions"];
        File.WriteAllText(path, File.ReadAllText(Kubeconfig).Replace(
            string.Create(CultureInfo.InvariantCulture, $":{ports.Api}\""), string.Create(CultureInfo.InvariantCulture, $":{port}\""), StringComparison.Ordinal));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private void WriteKubeconfig(string path, CertificateFactory authority, string user)
    {
        File.WriteAllText(path, $$"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: site
              cluster: {server: "https://127.0.0.1:{{ports.Api}}", certificate-authority-data: {{Base64(authority.AuthorityPath)}}}
            users:
            - name: admin
              user: {{user}}
            contexts:
            - name: site
              context: {cluster: site, user: admin}
            current-context: site

            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string Base64(string path) => Convert.ToBase64String(Encoding.UTF8.GetBytes(File.ReadAllText(path)));
}
