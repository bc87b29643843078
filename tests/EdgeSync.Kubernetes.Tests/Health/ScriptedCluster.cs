using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Kubernetes.Tests.Health;

/// <summary>
/// An API server that answers what the test says and notes what it was asked for: a real one cannot be made to count, to refuse a list or to be silent about one log.
/// </summary>
internal sealed class ScriptedCluster : IDisposable
{
    private const string Discovery = """
        {"kind":"APIResourceList","groupVersion":"%","resources":[
        {"name":"pods","namespaced":true,"kind":"Pod","verbs":["list"]},{"name":"configmaps","namespaced":true,"kind":"ConfigMap","verbs":["list"]},
        {"name":"nodes","namespaced":false,"kind":"Node","verbs":["list"]},{"name":"events","namespaced":true,"kind":"Event","verbs":["list"]},{"name":"deployments","namespaced":true,"kind":"Deployment","verbs":["list"]},
        {"name":"replicasets","namespaced":true,"kind":"ReplicaSet","verbs":["list"]},{"name":"widgets","namespaced":true,"kind":"Widget","verbs":["list"]}]}
        """;

    private const string NotFound = """{"kind":"Status","status":"Failure","reason":"NotFound","details":{"name":"it"},"message":"not found","code":404}""";

    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<string> _requests = [];
    private readonly string _config = Path.Combine(Path.GetTempPath(), $"edgesync-{Guid.NewGuid():N}.kubeconfig");

    public ScriptedCluster()
    {
        var port = FreePort();
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        File.WriteAllText(
            _config,
            $"apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{{name: a, context: {{cluster: a, user: a}}}}]\n"
            + $"clusters: [{{name: a, cluster: {{server: 'http://127.0.0.1:{port}'}}}}]\nusers: [{{name: a, user: {{}}}}]\n");
        Client = new KubernetesClient(
            Kubeconfig.Load(_config), new KubernetesClientOptions { MaxAttempts = 1 }, TimeProvider.System, new RetryPolicy(TimeProvider.System, new Random(1)));
        _ = ServeAsync();
    }

    public KubernetesClient Client { get; }

    /// <summary>The answer to a path, by its end: status and body. An empty list or "not found" where there is none.</summary>
    public Dictionary<string, (int Status, string Body)> Answers { get; } = [];

    /// <summary>The ends of paths that are never answered.</summary>
    public HashSet<string> Silent { get; } = [];

    /// <summary>What was asked for besides discovery, without the namespace: <c>deployments</c>, <c>pods/web-1/log</c>.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public static string List(params IEnumerable<string> items) => $$"""{"metadata":{"resourceVersion":"1"},"items":[{{string.Join(',', items)}}]}""";

    public void Answer(string path, string body, int status = 200) => Answers[path] = (status, body);

    public void Forget() => _requests.Clear();

    public void Dispose()
    {
        Client.Dispose();
        _listener.Close();
        File.Delete(_config);
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
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
        var path = context.Request.Url!.AbsolutePath;
        var (status, body) = (200, "");
        var start = path.IndexOf("/namespaces/shop/", StringComparison.Ordinal);
        if (start > 0 || path == "/api/v1/nodes")
        {
            var asked = start > 0 ? path[(start + "/namespaces/shop/".Length)..] : "nodes";
            _requests.Enqueue(context.Request.QueryString["previous"] == "true" ? $"{asked} previous" : asked);
            if (Silent.Contains(asked))
            {
                return;
            }

            (status, body) = Answers.TryGetValue(_requests.Last(), out var said) || Answers.TryGetValue(asked, out said) ? said
                : asked.Contains('/', StringComparison.Ordinal) ? (404, NotFound) : (200, List());
        }
        else
        {
            body = path == "/apis" ? """{"kind":"APIGroupList","groups":[]}""" : Discovery.Replace("%", path.Split('/', 3)[2], StringComparison.Ordinal);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
        context.Response.Close();
    }
}
