using System.Net;
using System.Text.RegularExpressions;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Timing;
using EdgeSync.Testing;

namespace EdgeSync.Kubernetes.Tests.Api;

/// <summary>Writes whose answer is late or lost, through a gate in front of a real API server.</summary>
[Collection(ApiServer.Collection)]
public sealed partial class UncertainWriteTests(ApiServer server)
{
    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_whose_answer_is_lost_is_found_done()
    {
        await using var gate = new LateApi(server, "PATCH", isForwarded: true);
        await server.Client.ApplyAsync(Yaml.Namespace("uncertain"), new(), default);

        var apply = gate.Client.ApplyAsync(Yaml.ConfigMap("uncertain", "done", "1"), new(), default);
        await gate.WaitUntilHeldAsync();
        gate.Time.Advance(TimeSpan.FromSeconds(71));
        var (live, _) = await apply;

        Assert.Equal("done", live.Text("metadata", "name"));
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Apply_that_never_reached_the_server_has_timed_out()
    {
        await using var gate = new LateApi(server, "PATCH", isForwarded: false);
        await server.Client.ApplyAsync(Yaml.Namespace("uncertain"), new(), default);
        await server.Client.ApplyAsync(Yaml.ConfigMap("uncertain", "not-done", "1"), new(), default);

        var apply = gate.Client.ApplyAsync(Yaml.ConfigMap("uncertain", "not-done", "2"), new(), default);
        await gate.WaitUntilHeldAsync();
        gate.Time.Advance(TimeSpan.FromSeconds(71));

        Assert.Equal(ApiReasons.ClusterTimeout, (await Assert.ThrowsAsync<KubernetesApiException>(() => apply)).Reason);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Request_is_waited_for_as_long_as_the_server_works_on_it()
    {
        await using var gate = new LateApi(server, "PATCH", isForwarded: true);
        await server.Client.ApplyAsync(Yaml.Namespace("uncertain"), new(), default);

        var apply = gate.Client.ApplyAsync(Yaml.ConfigMap("uncertain", "late", "1"), new(), default);
        await gate.WaitUntilHeldAsync();
        gate.Time.Advance(TimeSpan.FromSeconds(61));
        gate.Release();

        Assert.True((await apply).IsNew);
    }

    [PeerFact(Timeout = ApiServer.Limit)]
    public async Task Delete_whose_answer_is_lost_is_found_done()
    {
        await using var gate = new LateApi(server, "DELETE", isForwarded: true);
        await server.Client.ApplyAsync(Yaml.Namespace("uncertain"), new(), default);
        var item = Yaml.ConfigMap("uncertain", "gone", "1");
        var (live, _) = await server.Client.ApplyAsync(item, new(), default);

        var delete = gate.Client.DeleteAsync(item.Id, live.Text("metadata", "uid")!, Propagation.Background, default);
        await gate.WaitUntilHeldAsync();
        gate.Time.Advance(TimeSpan.FromSeconds(71));

        Assert.True(await delete);
    }

    /// <summary>A gate in front of the API server that holds back the answers to one method, or the requests.</summary>
    private sealed partial class LateApi : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly TempDirectory _directory = new();
        private readonly CancellationTokenSource _end = new(TimeSpan.FromMinutes(1));
        private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly HttpClient _peer;
        private readonly string _method;
        private readonly bool _isForwarded;
        private readonly Task _serving;

        public LateApi(ApiServer server, string method, bool isForwarded)
        {
            _method = method;
            _isForwarded = isForwarded;
            var text = File.ReadAllText(server.Node.KubeconfigPath);
            var handler = new SocketsHttpHandler();
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
            _peer = new HttpClient(handler) { BaseAddress = new Uri(ServerPattern().Match(text).Groups[1].Value) };
            using (var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                var address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
                _listener.Prefixes.Add(address + "/");
                File.WriteAllText(_directory["kubeconfig"], ClusterPattern().Replace(text, $"cluster: {{server: \"{address}\"}}"));
            }

            _listener.Start();
            _serving = ServeAsync();
            Client = new KubernetesClient(Kubeconfig.Load(_directory["kubeconfig"]), new KubernetesClientOptions(), Time, new RetryPolicy(Time, new Random(1)));
        }

        public ManualTimeProvider Time { get; } = new();

        public KubernetesClient Client { get; }

        public Task WaitUntilHeldAsync() => _held.Task.WaitAsync(_end.Token);

        public void Release() => _released.SetResult();

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await _end.CancelAsync();
            _listener.Close();
            await _serving;
            _peer.Dispose();
            _directory.Dispose();
            _end.Dispose();
        }

        private async Task ServeAsync()
        {
            var answers = new List<Task>();
            try
            {
                while (true)
                {
                    answers.Add(AnswerAsync(await _listener.GetContextAsync()));
                }
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                await Task.WhenAll(answers);
            }
        }

        private async Task AnswerAsync(HttpListenerContext context)
        {
            try
            {
                if (context.Request.HttpMethod == _method && !_isForwarded)
                {
                    _held.TrySetResult();
                    await _released.Task.WaitAsync(_end.Token);
                }

                using var request = new HttpRequestMessage(new HttpMethod(context.Request.HttpMethod), context.Request.RawUrl);
                request.Headers.TryAddWithoutValidation("Authorization", context.Request.Headers["Authorization"]);
                request.Headers.TryAddWithoutValidation("Accept", context.Request.Headers["Accept"]);
                if (context.Request.HasEntityBody)
                {
                    request.Content = new StreamContent(context.Request.InputStream);
                    request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
                }

                using var answer = await _peer.SendAsync(request, _end.Token);
                var body = await answer.Content.ReadAsByteArrayAsync(_end.Token);
                if (context.Request.HttpMethod == _method)
                {
                    _held.TrySetResult();
                    await _released.Task.WaitAsync(_end.Token);
                }

                context.Response.StatusCode = (int)answer.StatusCode;
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(body, _end.Token);
                context.Response.Close();
            }
            catch (Exception ended) when (ended is OperationCanceledException or HttpListenerException or IOException or ObjectDisposedException)
            {
                context.Response.Abort();
            }
        }

        [GeneratedRegex(@"server: ""?(https://[^""\s,}]+)""?")]
        private static partial Regex ServerPattern();

        [GeneratedRegex(@"cluster: \{server:.*?\}")]
        private static partial Regex ClusterPattern();
    }
}
