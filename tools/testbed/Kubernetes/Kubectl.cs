using EdgeSync.Testbed.Peers;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>Raw API requests by way of kubectl, for clusters whose credentials are in a kubeconfig of any shape.</summary>
internal sealed class Kubectl(PeerTool tool, string[] prefix, string kubeconfig)
{
    public async Task<string> SendAsync(HttpMethod method, string path, string? json, CancellationToken cancellationToken)
    {
        var verb = method == HttpMethod.Get ? "get" : method == HttpMethod.Post ? "create" : "delete";
        string[] body = json is null ? [] : ["-f", "-"];
        var request = new ToolRequest([.. prefix, "--kubeconfig", kubeconfig, verb, "--raw", path, .. body]) { Input = json ?? "" };
        return (await tool.RunAsync(request, cancellationToken)).EnsureSuccess().Output;
    }
}
