using System.Diagnostics;
using System.Text.Json.Nodes;
using EdgeSync.Benchmarks.Cluster;
using EdgeSync.Benchmarks.Processes;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Registries;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.Benchmarks.Apply;

/// <summary>A cluster, a registry and a site that follows it, for bundles of many objects. There are no images and no HQ.</summary>
internal sealed class ApplySite : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    // The agent gives memory back 20 s after work.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(45);
    private readonly EdgeSyncProgram _program;
    private readonly TestbedSession _session;
    private readonly KubernetesNode _node;
    private readonly ShopDelivery _delivery;
    private readonly SiteConfiguration _configuration;
    private readonly AuditLog _audit;

    private ApplySite(
        EdgeSyncProgram program, TestbedSession session, KubernetesNode node, ShopDelivery delivery, SiteConfiguration configuration, BarePatches patches)
    {
        (_program, _session, _node, _delivery, _configuration, Patches) = (program, session, node, delivery, configuration, patches);
        _audit = new AuditLog(session["audit.log"]);
    }

    /// <summary>Requests of the benchmark's own.</summary>
    public BarePatches Patches { get; }

    /// <summary>Starts all of it; without controllers, it is the API server alone.</summary>
    public static async Task<ApplySite> StartAsync(EdgeSyncProgram program, bool hasControllers, CancellationToken cancellationToken)
    {
        var session = await TestbedSession.StartAsync(cancellationToken);
        var node = await KubernetesNode.StartAsync(
            session, new KubernetesNodeOptions { ApiOnly = !hasControllers, AuditLogPath = session["audit.log"] }, cancellationToken);
        var registry = await RegistryServer.StartAsync(session, new RegistryOptions { Port = session.ReservePort() }, cancellationToken);
        var delivery = await ShopDelivery.CreateAsync(program, session["keys"], registry.Address, cancellationToken);
        var configuration = new SiteConfiguration
        {
            Folder = session["site"],
            Delivery = delivery,
            Registry = registry.Address,
            Kubeconfig = node.KubeconfigPath,
            MirrorPort = session.ReservePort(),
            Every = "1h",
            HealthDeadline = "10m",
        };
        await configuration.WriteAsync(cancellationToken);
        return new ApplySite(program, session, node, delivery, configuration, new BarePatches(node.KubeconfigPath));
    }

    /// <summary>Builds, signs and releases a bundle of these objects and their namespace.</summary>
    public async Task ReleaseAsync(string version, string @namespace, IReadOnlyList<JsonObject> objects, CancellationToken cancellationToken)
    {
        var source = Directory.CreateDirectory(_session[$"source-{version}"]).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(source, "bundle.yaml"), $"schema: edgesync.dev/bundle/v1\nname: shop\nversion: \"{version}\"\nnamespaces: {{allowed: [{@namespace}]}}\nignoreImages: [registry.invalid/*]\n", cancellationToken);
        await WriteAsync(Path.Combine(source, "objects.json"), [Namespace(@namespace), .. objects], cancellationToken);
        var layout = _session[$"bundle-{version}"];
        await _program.RequireAsync(["bundle", "build", source, "--output", layout], cancellationToken);
        await _program.RequireAsync(["bundle", "push", $"{_delivery.BundleRepository}:{version}", "--from", layout, "--plain-http"], cancellationToken);
        var index = JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(layout, "index.json"), cancellationToken))!;
        var digest = (string)index["manifests"]!.AsArray().Single()!["digest"]!;
        await _delivery.SignAsync(digest, cancellationToken: cancellationToken);
        await _delivery.PublishAsync(digest, new ShopVersion(version), cancellationToken: cancellationToken);
    }

    /// <summary><c>edgesync sync</c>, in a process of its own, to its end.</summary>
    public Task<ApplyRun> SyncAsync(CancellationToken cancellationToken) => MeasureAsync(
        "edgesync", () => ObservedRun.RunAsync(_program.Path, ["sync", "--config", _configuration.FilePath], cancellationToken));

    /// <summary><c>kubectl apply --server-side</c> of these objects, which are one file.</summary>
    public async Task<ApplyRun> ApplyByKubectlAsync(IReadOnlyList<JsonObject> objects, CancellationToken cancellationToken)
    {
        var file = _session["kubectl.json"];
        await WriteAsync(file, objects, cancellationToken);
        return await MeasureAsync("kubectl", () => ObservedRun.RunAsync(
            PeerTool.Installed("kubectl").Path,
            ["--kubeconfig", _node.KubeconfigPath, "apply", "--server-side", "--force-conflicts", "--validate=false", "-f", file],
            cancellationToken));
    }

    /// <summary>The floor.</summary>
    public Task<ApplyRun> ApplyBareAsync(IReadOnlyList<JsonObject> objects, CancellationToken cancellationToken) =>
        MeasureAsync(BarePatches.Agent, () => Patches.RunAsync(objects, cancellationToken));

    /// <summary>
    /// The daemon runs and has everything; somebody deletes an object: how long until it is there again, and what the daemon did meanwhile. And what it has
    /// resident later, when it has given back what it needed for the work, and only watches.
    /// </summary>
    public async Task<(ApplyRun Repair, long Watching)> RepairAsync(JsonObject item, CancellationToken cancellationToken)
    {
        var daemon = _session.Start(new ProcessRequest("edgesync", _program.Path, "run", "--config", _configuration.FilePath));
        try
        {
            await AwaitQuietAsync(cancellationToken);
            var repair = await MeasureAsync("edgesync", async () =>
            {
                var cpu = ProcessTimes.ReadCpu(daemon.Identity.Id);
                ProcessMemory.ForgetPeak(daemon.Identity.Id);
                await Patches.DeleteAsync(item, cancellationToken);
                var started = Stopwatch.GetTimestamp();
                await Patches.AwaitAsync(item, cancellationToken).WaitAsync(Patience, TimeProvider.System, cancellationToken);
                var elapsed = Stopwatch.GetElapsedTime(started);
                await AwaitQuietAsync(cancellationToken);
                return new ObservedRun(elapsed, ProcessMemory.ReadPeak(daemon.Identity.Id), ProcessTimes.ReadCpu(daemon.Identity.Id) - cpu);
            });
            await Task.Delay(Rest, TimeProvider.System, cancellationToken);
            return (repair, ProcessMemory.Read(daemon.Identity.Id).Resident);
        }
        finally
        {
            await daemon.StopAsync(cancellationToken: cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Patches.Dispose();
        await _session.DisposeAsync();
    }

    private static JsonObject Namespace(string name) =>
        new() { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } };

    private static Task WriteAsync(string file, IEnumerable<JsonObject> objects, CancellationToken cancellationToken)
    {
        var list = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. objects.Select(item => item.DeepClone())]) };
        return File.WriteAllTextAsync(file, list.ToJsonString(), cancellationToken);
    }

    // The site's watches are open, and it has not asked for anything for three seconds.
    private async Task AwaitQuietAsync(CancellationToken cancellationToken)
    {
        var end = TimeProvider.System.GetUtcNow() + Patience;
        while (TimeProvider.System.GetUtcNow() is var now && now < end)
        {
            var recent = _audit.Read(now - TimeSpan.FromMinutes(2), now).Where(request => request.IsOfSite).ToList();
            if (recent.Exists(request => request.IsWatch) && recent.TrueForAll(request => request.Began < now - TimeSpan.FromSeconds(3)))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(0.5), TimeProvider.System, cancellationToken);
        }

        throw new TestbedException("NotQuiet", "the site did not come to rest");
    }

    private async Task<ApplyRun> MeasureAsync(string agent, Func<Task<ObservedRun>> run)
    {
        var began = TimeProvider.System.GetUtcNow();
        var cpu = ServerCpu();
        var observed = await run();
        var requests = _audit.Read(began, TimeProvider.System.GetUtcNow()).Where(request => request.UserAgent.Contains(agent, StringComparison.Ordinal)).ToList();
        return new ApplyRun(observed, ServerCpu() - cpu, requests);
    }

    // API server and its database.
    private TimeSpan ServerCpu()
    {
        var sum = TimeSpan.Zero;
        foreach (var process in Process.GetProcessesByName("kube-apiserver").Concat(Process.GetProcessesByName("etcd")))
        {
            using (process)
            {
                if (File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(_session.Folder, StringComparison.Ordinal))
                {
                    sum += ProcessTimes.ReadCpu(process.Id);
                }
            }
        }

        return sum;
    }
}

/// <summary>What one run cost: the client, the processor time of API server and database, and the client's requests.</summary>
internal sealed record ApplyRun(ObservedRun Client, TimeSpan ServerCpu, IReadOnlyList<AuditRequest> Requests)
{
    /// <summary>Without watches, which stay open.</summary>
    public int Count => Requests.Count(request => !request.IsWatch);

    /// <summary>From the first request to the last answer.</summary>
    public TimeSpan InApi => Requests.Where(request => !request.IsWatch).ToList() is { Count: > 0 } plain
        ? plain.Max(request => request.Answered) - plain.Min(request => request.Began)
        : TimeSpan.Zero;

    /// <summary>The requests by verb, <c>patch 100, list 8</c>.</summary>
    public string ByVerb => string.Join(", ", Requests.GroupBy(request => request.Verb).OrderByDescending(verb => verb.Count()).Select(verb => $"{verb.Key} {verb.Count()}"));
}
