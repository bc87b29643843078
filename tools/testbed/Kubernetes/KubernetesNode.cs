using System.Formats.Tar;
using System.Text.Json.Nodes;
using EdgeSync.Testbed.Images;
using EdgeSync.Testbed.Peers;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>
/// A real cluster of one node: that of <c>EDGESYNC_KUBECONFIG</c> if it is set, else k3s if it is installed, else one made of
/// Debian's packages. The last two keep everything in the run's folder, and come back with it when they are started again.
/// </summary>
public sealed class KubernetesNode : IAsyncDisposable
{
    /// <summary>The name of the node object.</summary>
    public const string NodeName = "localhost";

    private readonly TestbedSession _session;
    private readonly INode _node;

    private KubernetesNode(TestbedSession session, INode node)
    {
        _session = session;
        _node = node;
    }

    /// <summary>
    /// The typed client of the package KubernetesClient, as administrator: it shares no code with the product, and checks what the product
    /// did.
    /// </summary>
    public k8s.IKubernetes Api => _node.Api.Client;

    /// <summary>For an administrator.</summary>
    public string KubeconfigPath => _node.KubeconfigPath;

    /// <summary>The same with a client certificate in place of a token; null where the cluster is not the testbed's own.</summary>
    public string? CertificateKubeconfigPath => _node.CertificateKubeconfigPath;

    /// <summary>The runtime's CRI socket, <c>unix:///…</c>; null for an API server alone.</summary>
    public string? RuntimeEndpoint => _node.RuntimeEndpoint;

    /// <summary>containerd's <c>certs.d</c>: a file <c>_default/hosts.toml</c> there sends every pull to a mirror.</summary>
    public string? HostsDirectory => _node.HostsDirectory;

    /// <summary>Starts a cluster and waits until its API answers and, unless it is API only, its node is ready.</summary>
    public static async Task<KubernetesNode> StartAsync(
        TestbedSession session, KubernetesNodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        var node = await ChooseAsync(session, options ?? new KubernetesNodeOptions(), cancellationToken);
        await node.StartAsync(cancellationToken);
        return new KubernetesNode(session, node);
    }

    /// <summary>Starts it again after <see cref="StopAsync"/> or <see cref="KillAsync"/>, with all it had.</summary>
    public Task StartAgainAsync(CancellationToken cancellationToken = default) => _node.StartAsync(cancellationToken);

    /// <summary>Shuts it down in good order, pods included.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _node.StopAsync(atOnce: false, cancellationToken);

    /// <summary>Ends everything at once, pods included, as a power cut would.</summary>
    public Task KillAsync(CancellationToken cancellationToken = default) => _node.StopAsync(atOnce: true, cancellationToken);

    /// <summary>Ends the API server alone; pods go on.</summary>
    public Task StopApiAsync(CancellationToken cancellationToken = default) => _node.StopApiAsync(cancellationToken);

    /// <summary>Brings the API server back.</summary>
    public Task StartApiAsync(CancellationToken cancellationToken = default) => _node.StartApiAsync(cancellationToken);

    /// <summary>Whether the API answers this path with success.</summary>
    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken = default) => _node.Api.AnswersAsync(path, cancellationToken);

    /// <summary>Starts an API server of the current version of Kubernetes beside the node's, for custom resources.</summary>
    public async Task<ExtensionsServer> StartExtensionsAsync(CancellationToken cancellationToken = default)
    {
        var (port, api) = await _node.StartExtensionsAsync(await ExtensionsServer.BuildAsync(Console.WriteLine, cancellationToken), cancellationToken);
        return new ExtensionsServer(this, api, port);
    }

    /// <summary>What the API answers, as JSON; any status but success is a failure with the answer in it.</summary>
    public Task<string> GetAsync(string path, CancellationToken cancellationToken = default) =>
        _node.Api.SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>The object at a path, or null where there is none.</summary>
    public async Task<JsonNode?> FindAsync(string path, CancellationToken cancellationToken = default)
    {
        try
        {
            return JsonNode.Parse(await GetAsync(path, cancellationToken));
        }
        catch (TestbedException failure) when (failure.Reason == "NotFound")
        {
            return null;
        }
    }

    /// <summary>Creates an object (JSON) in the collection at a path.</summary>
    public Task<string> CreateAsync(string path, string json, CancellationToken cancellationToken = default) =>
        _node.Api.SendAsync(HttpMethod.Post, path, json, cancellationToken);

    /// <summary>Replaces the object, or its status, at a path by another one (JSON).</summary>
    public Task<string> ReplaceAsync(string path, string json, CancellationToken cancellationToken = default) =>
        _node.Api.SendAsync(HttpMethod.Put, path, json, cancellationToken);

    /// <summary>Deletes the object at a path.</summary>
    public Task<string> DeleteAsync(string path, CancellationToken cancellationToken = default) =>
        _node.Api.SendAsync(HttpMethod.Delete, path, null, cancellationToken);

    /// <summary>A token of a service account that is there, good for an hour.</summary>
    public Task<string> RequestTokenAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken = default) =>
        ServiceAccounts.RequestTokenAsync(_node.Api, @namespace, serviceAccount, cancellationToken);

    /// <summary>Writes a kubeconfig that logs in by a token in place of the administrator's credentials, and returns its path.</summary>
    public async Task<string> WriteKubeconfigAsync(string token)
    {
        var path = _session[$"kubeconfig-{Guid.NewGuid():N}"];
        await ServiceAccounts.WriteAsync(path, KubeconfigPath, token);
        return path;
    }

    /// <summary>Puts an image into the runtime under a full reference, without any registry.</summary>
    public async Task LoadImageAsync(string reference, ImageContent content, CancellationToken cancellationToken = default)
    {
        var layout = _session[$"image-{Guid.NewGuid():N}"];
        await BusyboxImage.WriteLayoutAsync(layout, reference, content, cancellationToken);
        var archive = $"{layout}.tar";
        await TarFile.CreateFromDirectoryAsync(layout, archive, includeBaseDirectory: false, cancellationToken);
        await _node.LoadImageAsync(archive, cancellationToken);
        Directory.Delete(layout, recursive: true);
        File.Delete(archive);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _node.Api.Dispose();
    }

    /// <summary>Gets what a node needs onto the machine, unless there is a cluster already.</summary>
    internal static Task PrepareAsync(Action<string> report, CancellationToken cancellationToken) =>
        GivenCluster.FromEnvironment() is null && PeerTool.FindInstalled("k3s") is null ? NodeBinaries.PrepareAsync(report, cancellationToken) : Task.CompletedTask;

    private static async Task<INode> ChooseAsync(TestbedSession session, KubernetesNodeOptions options, CancellationToken cancellationToken)
    {
        if ((options.Given ?? GivenCluster.FromEnvironment()) is { } given)
        {
            return new ExternalNode(given);
        }

        if (PeerTool.FindInstalled("k3s") is { } k3s)
        {
            return new K3sNode(session, options, k3s);
        }

        await NodeBinaries.PrepareAsync(Console.WriteLine, cancellationToken);
        return new DebianNode(session, options);
    }
}
