using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using EdgeSync.Benchmarks.Processes;
using k8s;

namespace EdgeSync.Benchmarks.Apply;

/// <summary>The floor: one server-side apply for each object, several at a time, and nothing else.</summary>
internal sealed class BarePatches : IDisposable
{
    /// <summary>The user agent of the requests.</summary>
    public const string Agent = "bare-patches";

    private const int Parallelism = 8;
    private readonly k8s.Kubernetes _client;

    public BarePatches(string kubeconfig)
    {
        _client = new k8s.Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig));
        _client.HttpClient.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue(Agent, null));
    }

    /// <summary>Applies the objects; memory is not measured, since this is the benchmark's own process.</summary>
    public async Task<ObservedRun> RunAsync(IReadOnlyList<JsonObject> objects, CancellationToken cancellationToken)
    {
        using var self = Process.GetCurrentProcess();
        var cpu = ProcessTimes.ReadCpu(self.Id);
        var started = Stopwatch.GetTimestamp();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(objects, limits, async (item, token) => await SendAsync(
            HttpMethod.Patch, $"{MixedObjects.PathOf(item)}?fieldManager={Agent}&force=true", item, token));
        return new ObservedRun(Stopwatch.GetElapsedTime(started), PeakMemory: 0, ProcessTimes.ReadCpu(self.Id) - cpu);
    }

    /// <summary>Creates the namespace.</summary>
    public Task CreateNamespaceAsync(string name, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Patch,
        $"/api/v1/namespaces/{name}?fieldManager={Agent}",
        new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = name } },
        cancellationToken);

    /// <summary>Deletes an object.</summary>
    public Task DeleteAsync(JsonObject item, CancellationToken cancellationToken) => SendAsync(HttpMethod.Delete, MixedObjects.PathOf(item), null, cancellationToken);

    /// <summary>Waits until an object exists.</summary>
    public async Task AwaitAsync(JsonObject item, CancellationToken cancellationToken)
    {
        while (!await TryAsync(HttpMethod.Get, MixedObjects.PathOf(item), null, cancellationToken))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        if (!await TryAsync(method, path, body, cancellationToken))
        {
            throw new Testbed.TestbedException("ApiRefused", $"{method} {path} was refused");
        }
    }

    private async Task<bool> TryAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(_client.BaseUri, path));
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/apply-patch+yaml");
        }

        if (_client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        }

        using var answer = await _client.HttpClient.SendAsync(request, cancellationToken);
        await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        return answer.IsSuccessStatusCode;
    }
}
