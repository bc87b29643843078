using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testing;

namespace EdgeSync.Kubernetes.Tests.Apply;

/// <summary>Which requests bring single objects back, and what the result says where the API server refuses one. The API server is scripted.</summary>
public sealed class RestoreRequestsTests : IDisposable
{
    private const int Limit = 60_000;
    private static readonly KubernetesObject[] Items = [Yaml.ConfigMap("shop", "a", "1"), Yaml.ConfigMap("shop", "b", "1"), Yaml.ConfigMap("shop", "c", "1")];
    private readonly MemoryApi _server = new();
    private readonly KubernetesClient _client;
    private readonly ClusterApplier _applier;

    public RestoreRequestsTests()
    {
        using var folder = new TempDirectory();
        File.WriteAllText(folder["kubeconfig"], _server.Kubeconfig);
        _client = new KubernetesClient(
            Kubeconfig.Load(folder["kubeconfig"]), new KubernetesClientOptions(), TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
        _applier = new ClusterApplier(_client, TimeProvider.System);
    }

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Restore_MissingObject_IsALookAndAWriteOfThatObject()
    {
        var result = await RestoreAsync("b");

        Assert.Equal(["GET b", "PATCH b"], _server.Requests);
        Assert.Equal([(Items[1].Id, ChangeAction.Created)], result.Objects.Select(restore => (restore.Id, restore.Change!.Action)));
        Assert.True(result.IsEnough);
    }

    [Fact(Timeout = Limit)]
    public async Task Restore_EditedObject_IsConfigured()
    {
        await RestoreAsync("b");
        _server.Edit("b", "2");

        var restore = Assert.Single((await RestoreAsync("b")).Objects);

        Assert.Equal(ChangeAction.Configured, restore.Change!.Action);
        Assert.Equal(["GET b", "PATCH b", "GET b", "PATCH b", "PATCH b dryRun"], _server.Requests);
    }

    [Fact(Timeout = Limit)]
    public async Task Restore_ObjectAsItShouldBe_IsNoChange()
    {
        await RestoreAsync("b");

        Assert.Equal((null, null), Assert.Single((await RestoreAsync("b")).Objects) is var restore ? (restore.Change, restore.Deviation) : default);
    }

    [Fact(Timeout = Limit)]
    public async Task Restore_OneIsNotTakenNow_BringsTheOtherBackAndSaysWhichIsNot()
    {
        _server.Refusal = (HttpStatusCode.Conflict, "Conflict");

        var result = await RestoreAsync("a", "b");

        Assert.Equal([ChangeAction.Failed, ChangeAction.Created], result.Objects.Select(restore => restore.Change!.Action));
        Assert.Equal(ApiReasons.ObjectConflict, result.Objects[0].Change!.Failure!.Reason);
        Assert.True(result.IsEnough);
    }

    [Theory(Timeout = Limit)]
    [InlineData(HttpStatusCode.Forbidden, "Forbidden")]
    [InlineData(HttpStatusCode.UnprocessableEntity, "Invalid")]
    public async Task Restore_OneIsRefused_IsLeftToTheWholeRepair(HttpStatusCode status, string reason)
    {
        _server.Refusal = (status, reason);

        var result = await RestoreAsync("a", "b");

        Assert.False(result.IsEnough);
        Assert.Equal([false, true], result.Objects.Select(restore => restore.IsEnough));
        Assert.Equal(ChangeAction.Created, result.Objects[1].Change!.Action);
    }

    private Task<RestoreResult> RestoreAsync(params string[] names) => _applier.RestoreAsync(
        new ApplyRequest("set", "own", "shop", Items), [.. Items.Where(item => names.Contains(item.Name)).Select(item => item.Id)], default);

    /// <summary>ConfigMaps of one namespace. It refuses to write the object <c>a</c> while there is a refusal.</summary>
    private sealed class MemoryApi : IDisposable
    {
        private const string Kinds = """{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"configmaps","namespaced":true,"kind":"ConfigMap","verbs":["get","patch"]}]}""";
        private readonly HttpListener _listener = new();
        private readonly ConcurrentQueue<string> _requests = [];
        private readonly ConcurrentDictionary<string, JsonObject> _stored = [];

        public MemoryApi()
        {
            using var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            free.Start();
            var address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
            free.Stop();
            _listener.Prefixes.Add(address + "/");
            _listener.Start();
            Kubeconfig = $"apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{{name: a, context: {{cluster: a, user: a}}}}]\n"
                + $"clusters: [{{name: a, cluster: {{server: '{address}'}}}}]\nusers: [{{name: a, user: {{}}}}]\n";
            _ = ServeAsync();
        }

        public string Kubeconfig { get; }

        public (HttpStatusCode Status, string Reason)? Refusal { get; set; }

        public IReadOnlyList<string> Requests => [.. _requests];

        public void Edit(string name, string value) => _stored[name]["data"]!["say"] = value;

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    await AnswerAsync(await _listener.GetContextAsync());
                }
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                // The test is over.
            }
        }

        private async Task AnswerAsync(HttpListenerContext context)
        {
            var path = context.Request.Url!.AbsolutePath;
            if (!path.Contains("/configmaps/", StringComparison.Ordinal))
            {
                await WriteAsync(context, HttpStatusCode.OK, path == "/api/v1" ? Kinds : """{"kind":"APIGroupList","groups":[]}""");
                return;
            }

            var name = path[(path.LastIndexOf('/') + 1)..];
            var isDryRun = context.Request.QueryString["dryRun"] is not null;
            _requests.Enqueue($"{context.Request.HttpMethod} {name}{(isDryRun ? " dryRun" : "")}");
            if (context.Request.HttpMethod == "PATCH" && name == "a" && Refusal is var (status, reason))
            {
                await WriteAsync(context, status, Status(status, reason, name));
            }
            else if (context.Request.HttpMethod == "PATCH" && !isDryRun)
            {
                using var body = new StreamReader(context.Request.InputStream);
                var isNew = !_stored.ContainsKey(name);
                _stored[name] = JsonNode.Parse(await body.ReadToEndAsync())!.AsObject();
                await WriteAsync(context, isNew ? HttpStatusCode.Created : HttpStatusCode.OK, _stored[name].ToJsonString());
            }
            else if (_stored.TryGetValue(name, out var live))
            {
                await WriteAsync(context, HttpStatusCode.OK, live.ToJsonString());
            }
            else
            {
                await WriteAsync(context, HttpStatusCode.NotFound, Status(HttpStatusCode.NotFound, "NotFound", name));
            }
        }

        private static string Status(HttpStatusCode code, string reason, string name) =>
            $$$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"refused","reason":"{{{reason}}}","details":{"name":"{{{name}}}","kind":"configmaps"},"code":{{{(int)code}}}}""";

        private static async Task WriteAsync(HttpListenerContext context, HttpStatusCode status, string body)
        {
            context.Response.StatusCode = (int)status;
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
            context.Response.Close();
        }
    }
}
