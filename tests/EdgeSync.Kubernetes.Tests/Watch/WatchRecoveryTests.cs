using System.Net;
using System.Text;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Kubernetes;
using EdgeSync.Testing;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeSync.Kubernetes.Tests.Watch;

public sealed class WatchRecoveryTests
{
    private const int Limit = 300_000;
    private const int Kinds = 2;
    private const int Rounds = 5;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);

    [PeerFact(Timeout = Limit)]
    public async Task Notices_ApiServerRestarted_TellWhatChangedMeanwhileWithoutAStorm()
    {
        await using var session = await TestbedSession.StartAsync();
        await using var node = await KubernetesNode.StartAsync(session, new KubernetesNodeOptions { ApiOnly = true });
        using var client = Connect(node, "edgesync");
        using var other = Connect(node, "somebody");
        var request = new ApplyRequest(
            "set", "shop-own", "shop", [Yaml.Namespace("shop"), Yaml.ConfigMap("shop", "motto", "1"), Yaml.ConfigMap("shop", "menu", "1")]);
        var result = await new ClusterApplier(client, TimeProvider.System).ApplyAsync(request, null, default);
        using var time = new WatcherTime();
        await using var watch = await Watching.StartAsync(client, time, "set", "shop-own", [.. result.Changes.Select(change => change.Id)]);

        // The API server is away for some minutes of the watcher's time: each kind asks once whenever its back-off is over, and no more.
        var before = client.RequestCount;
        await node.StopApiAsync();
        await time.NextWaitsAsync(Kinds);
        var untilAway = client.RequestCount - before;
        for (var round = 0; round < Rounds; round++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await time.NextWaitsAsync(Kinds);
        }

        var whileAway = client.RequestCount - before - untilAway;
        await node.StartApiAsync();
        await other.ApplyAsync(Yaml.ConfigMap("shop", "motto", "9"), new ApplyMode { Force = true }, default);
        await node.Api.CoreV1.DeleteNamespacedConfigMapAsync("menu", "shop");
        time.Advance(TimeSpan.FromMinutes(1));

        // A notice may come twice: once from the watch, and once from a new list.
        var notices = new Dictionary<string, DriftNotice>();
        while (notices.Count < 2)
        {
            var notice = await time.AdvanceUntilAsync(watch.NextAsync());
            notices[notice.Id.Name] = notice;
        }

        // Each kind says that it follows just before it opens its watch.
        Assert.InRange(untilAway, 0, Kinds);
        Assert.InRange(whileAway, 0, Rounds * Kinds);
        Assert.Equal(DriftKind.Deleted, notices["menu"].Kind);
        Assert.Equal((DriftKind.Changed, "somebody"), (notices["motto"].Kind, notices["motto"].Manager));
        Assert.InRange(client.RequestCount - before, 1, 60);
    }

    [Fact(Timeout = Limit)]
    public async Task Notices_VersionExpiresInMidWatch_ComeFromANewList()
    {
        using var server = new ScriptedApi();
        var config = Path.Combine(Path.GetTempPath(), $"edgesync-{Guid.NewGuid():N}.kubeconfig");
        await File.WriteAllTextAsync(config, server.Kubeconfig);
        using var client = new KubernetesClient(Kubeconfig.Load(config), new KubernetesClientOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
        File.Delete(config);
        await using var watch = await Watching.StartAsync(client, TimeProvider.System, "set", "shop", [new ObjectId("v1", "ConfigMap", "shop", "motto")]);

        // The first watch ends with 410 in its middle; what changed until the second list comes with that list.
        var notice = await watch.NextAsync();
        await server.SecondWatch.WaitAsync(Bound);

        Assert.Equal((DriftKind.Changed, "somebody"), (notice.Kind, notice.Manager));
        Assert.Equal(["list", "watch 10", "list", "watch 20"], server.Requests);
    }

    private static KubernetesClient Connect(KubernetesNode node, string manager) => new(
        Kubeconfig.Load(node.KubeconfigPath), new KubernetesClientOptions { FieldManager = manager }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));

    /// <summary>The watcher's clock, which says when the watcher waits. The watcher waits only for its back-off.</summary>
    private sealed class WatcherTime : TimeProvider, IDisposable
    {
        private readonly ManualTimeProvider _clock = new();
        private readonly SemaphoreSlim _waits = new(0);

        public override long TimestampFrequency => _clock.TimestampFrequency;

        public override long GetTimestamp() => _clock.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = _clock.CreateTimer(callback, state, dueTime, period);
            _waits.Release();
            return timer;
        }

        public void Advance(TimeSpan by) => _clock.Advance(by);

        /// <summary>Waits until the watcher has begun to wait this many times more.</summary>
        public async Task NextWaitsAsync(int count)
        {
            for (; count > 0; count--)
            {
                Assert.True(await _waits.WaitAsync(Bound));
            }
        }

        /// <summary>Ends each wait of the watcher until the task is done.</summary>
        public async Task<T> AdvanceUntilAsync<T>(Task<T> task)
        {
            using var done = new CancellationTokenSource();
            while (true)
            {
                var wait = _waits.WaitAsync(done.Token);
                if (await Task.WhenAny(task, wait) == task)
                {
                    await done.CancelAsync();
                    return await task;
                }

                _clock.Advance(TimeSpan.FromMinutes(1));
            }
        }

        public void Dispose() => _waits.Dispose();
    }

    private sealed class Watching : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly DriftWatcher _watcher;
        private Task _running = Task.CompletedTask;

        private Watching(KubernetesClient client, TimeProvider time) =>
            _watcher = new DriftWatcher(client, time, new RetryPolicy(time, new Random(1)), NullLogger<DriftWatcher>.Instance);

        public static async Task<Watching> StartAsync(KubernetesClient client, TimeProvider time, string set, string parent, IReadOnlyCollection<ObjectId> members)
        {
            var watching = new Watching(client, time);
            using var followed = new SemaphoreSlim(0);
            watching._running = watching._watcher.RunAsync(set, parent, members.ToDictionary(id => id, _ => FieldRules.None), _ => followed.Release(), watching._stop.Token);
            foreach (var _ in members.GroupBy(id => id.Kind))
            {
                Assert.True(await followed.WaitAsync(Bound));
            }

            return watching;
        }

        public Task<DriftNotice> NextAsync() => _watcher.Notices.ReadAsync().AsTask().WaitAsync(Bound);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
            _stop.Dispose();
        }
    }

    /// <summary>An API server that says "too old" in the middle of a watch, which a real one only does after minutes and a compaction.</summary>
    private sealed class ScriptedApi : IDisposable
    {
        private const string Gone =
            """{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old resource version","reason":"Expired","code":410}}""";

        private readonly HttpListener _listener = new();
        private readonly TaskCompletionSource _secondWatch = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<string> _requests = [];
        private int _lists;

        public ScriptedApi()
        {
            var port = FreePort();
            _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            _listener.Start();
            Kubeconfig = $"apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{{name: a, context: {{cluster: a, user: a}}}}]\n"
                + $"clusters: [{{name: a, cluster: {{server: 'http://127.0.0.1:{port}'}}}}]\nusers: [{{name: a, user: {{}}}}]\n";
            _ = ServeAsync();
        }

        public string Kubeconfig { get; }

        public Task SecondWatch => _secondWatch.Task;

        public IReadOnlyList<string> Requests
        {
            get
            {
                lock (_requests)
                {
                    return [.. _requests];
                }
            }
        }

        public void Dispose() => _listener.Close();

        private static int FreePort()
        {
            using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            socket.Start();
            return ((IPEndPoint)socket.LocalEndpoint).Port;
        }

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                await AnswerAsync(context);
            }
        }

        private async Task AnswerAsync(HttpListenerContext context)
        {
            var query = context.Request.QueryString;
            if (context.Request.Url!.AbsolutePath.EndsWith("/configmaps", StringComparison.Ordinal))
            {
                var isWatch = query["watch"] == "true";
                Note(isWatch ? $"watch {query["resourceVersion"]}" : "list");
                if (isWatch && _lists > 1)
                {
                    // Stays open, as a watch does while nothing happens.
                    _secondWatch.TrySetResult();
                    return;
                }

                await WriteAsync(context, isWatch ? Gone + "\n" : List(++_lists));
                return;
            }

            await WriteAsync(context, context.Request.Url.AbsolutePath == "/api/v1"
                ? """{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"configmaps","namespaced":true,"kind":"ConfigMap","verbs":["list","watch"]}]}"""
                : """{"kind":"APIGroupList","groups":[]}""");
        }

        private static string List(int number)
        {
            var fields = number == 1
                ? """{"manager":"edgesync","operation":"Apply","time":"2026-01-01T00:00:00Z","fieldsV1":{"f:data":{}}}"""
                : """{"manager":"somebody","operation":"Update","time":"2026-01-01T00:00:09Z","fieldsV1":{"f:data":{}}}""";
            return "{\"kind\":\"PartialObjectMetadataList\",\"metadata\":{\"resourceVersion\":\"" + number + "0\"},\"items\":[{\"metadata\":"
                + "{\"name\":\"motto\",\"namespace\":\"shop\",\"resourceVersion\":\"" + number + "\",\"managedFields\":[" + fields + "]}}]}";
        }

        private void Note(string request)
        {
            lock (_requests)
            {
                _requests.Add(request);
            }
        }

        private static async Task WriteAsync(HttpListenerContext context, string body)
        {
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        }
    }
}
