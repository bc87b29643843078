using System.Net;
using System.Text;
using k8s;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>
/// A client for one API server that shares no code with the product: typed calls of the package KubernetesClient, and requests by path for
/// what it has no type for.
/// </summary>
internal sealed class ClusterApi : IDisposable
{
    /// <summary>A client that logs in as this kubeconfig says.</summary>
    public ClusterApi(string kubeconfig)
    {
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(kubeconfig);
        configuration.HttpClientTimeout = TimeSpan.FromSeconds(30);
        Client = new k8s.Kubernetes(configuration);
    }

    public k8s.Kubernetes Client { get; }

    /// <summary>Sends a request to a path, and returns the answer. Any status but success is a <see cref="TestbedException"/> with the answer in it.</summary>
    public async Task<string> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(Client.BaseUri, path));
        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        if (Client.Credentials is { } credentials)
        {
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        }

        using var answer = await Client.HttpClient.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        var reason = answer.StatusCode == HttpStatusCode.NotFound ? "NotFound" : "ApiRefused";
        return answer.IsSuccessStatusCode
            ? text
            : throw new TestbedException(reason, $"{method} {path} was answered with {(int)answer.StatusCode}: {text}") { Subject = path };
    }

    /// <summary>Whether a path is answered with success now.</summary>
    public async Task<bool> AnswersAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Get, path, json: null, cancellationToken);
            return true;
        }
        catch (Exception failure) when (failure is HttpRequestException or TestbedException)
        {
            return false;
        }
    }

    /// <summary>Whether the node is ready, by a heartbeat since this moment: after a restart the API server still has the old status.</summary>
    public async Task<bool> IsNodeReadyAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (!await AnswersAsync($"/api/v1/nodes/{KubernetesNode.NodeName}", cancellationToken))
        {
            return false;
        }

        // Heartbeats are written in whole seconds.
        var node = await Client.CoreV1.ReadNodeAsync(KubernetesNode.NodeName, cancellationToken: cancellationToken);
        return node.Status.Conditions?.FirstOrDefault(condition => condition.Type == "Ready") is { Status: "True" } ready
            && ready.LastHeartbeatTime?.ToUniversalTime() >= since.UtcDateTime.AddSeconds(-1);
    }

    public void Dispose() => Client.Dispose();
}
