using System.Diagnostics;
using System.Globalization;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>
/// An API server of the current version of Kubernetes that serves custom resources and nothing else; Debian has it as a library for Go, and it is built once. The node's API
/// server forwards the groups of its kinds to it (API aggregation), so that a client sees one cluster.
/// </summary>
public sealed class ExtensionsServer
{
    // A new name makes each machine build again.
    private const string Recipe = "apiextensions-1";
    private const string Source = "k8s.io/apiextensions-apiserver";
    private static readonly TimeSpan ForwardTimeout = TimeSpan.FromMinutes(3);
    private readonly KubernetesNode _node;
    private readonly ClusterApi _api;
    private readonly int _port;

    internal ExtensionsServer(KubernetesNode node, ClusterApi api, int port)
    {
        _node = node;
        _api = api;
        _port = port;
    }

    /// <summary>Defines a kind (a CustomResourceDefinition as JSON) and makes its group and version a part of the cluster.</summary>
    public async Task DefineAsync(string definition, string group, string version, CancellationToken cancellationToken = default)
    {
        await _api.SendAsync(HttpMethod.Post, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition, cancellationToken);
        var service = string.Create(CultureInfo.InvariantCulture, $"extensions-{_port}");
        if (!await _node.ExistsAsync($"/api/v1/namespaces/default/services/{service}", cancellationToken))
        {
            await _node.CreateAsync("/api/v1/namespaces/default/services", $$"""
                {"metadata":{"name":"{{service}}"},"spec":{"type":"ExternalName","externalName":"localhost","ports":[{"port":{{_port}} }]} }
                """, cancellationToken);
        }

        await _node.CreateAsync("/apis/apiregistration.k8s.io/v1/apiservices", $$"""
            {"metadata":{"name":"{{version}}.{{group}}"},"spec":{"group":"{{group}}","version":"{{version}}","groupPriorityMinimum":100,"versionPriority":100,
            "insecureSkipTLSVerify":true,"service":{"name":"{{service}}","namespace":"default","port":{{_port}} } } }
            """, cancellationToken);
        var limit = Stopwatch.StartNew();
        while (!await _node.ExistsAsync($"/apis/{group}/{version}", cancellationToken))
        {
            if (limit.Elapsed > ForwardTimeout)
            {
                throw new TestbedException("NotServed", $"The node does not forward {group}/{version}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The program, built now if it is not in the cache.</summary>
    internal static async Task<string> BuildAsync(Action<string> report, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(TestbedPaths.Tools, Recipe);
        var program = Path.Combine(folder, "apiextensions-apiserver");
        await using (await FileLock.AcquireAsync(Path.Combine(TestbedPaths.Tools, ".extensions-lock"), cancellationToken))
        {
            if (File.Exists(program))
            {
                return program;
            }

            var watch = Stopwatch.StartNew();
            report("building the API server for extensions from Debian's Go libraries (once; about five minutes on two cores)");
            var work = Path.Combine(folder, "build");
            if (Directory.Exists(work))
            {
                Directory.Delete(work, recursive: true);
            }

            Directory.CreateDirectory(work);
            await DebianArchive.UnpackWithDependenciesAsync(["golang-k8s-apiextensions-apiserver-dev", "golang-go"], "sid", "golang-", work, cancellationToken);
            report(string.Create(CultureInfo.InvariantCulture, $"  [{watch.Elapsed.TotalSeconds,4:0} s] the sources are here"));
            var go = Directory.GetDirectories(Path.Combine(work, "usr/lib"), "go-*").Single();
            var request = new ToolRequest(["build", "-o", $"{program}.new", Source])
            {
                WorkingDirectory = Path.Combine(work, "usr/share/gocode/src", Source),
                Timeout = TimeSpan.FromMinutes(40),
                Environment = new Dictionary<string, string?>
                {
                    ["GOROOT"] = go,
                    ["GOPATH"] = Path.Combine(work, "usr/share/gocode"),
                    ["GO111MODULE"] = "off",
                    ["GOCACHE"] = Path.Combine(work, "cache"),
                    ["GOTOOLCHAIN"] = "local",
                    ["CGO_ENABLED"] = "0",
                },
            };
            (await PeerTool.At(Path.Combine(go, "bin/go")).RunAsync(request, cancellationToken)).EnsureSuccess();
            File.Move($"{program}.new", program);
            Directory.Delete(work, recursive: true);
            report(string.Create(CultureInfo.InvariantCulture, $"built the API server for extensions in {watch.Elapsed.TotalSeconds:0} s"));
            return program;
        }
    }
}
