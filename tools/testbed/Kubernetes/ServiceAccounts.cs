using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>Kubeconfigs for somebody who is not the administrator.</summary>
internal static partial class ServiceAccounts
{
    /// <summary>A token of a service account, good for an hour; no controller needs to run for it.</summary>
    public static async Task<string> RequestTokenAsync(KubernetesNode node, string @namespace, string name, CancellationToken cancellationToken)
    {
        var answer = await node.CreateAsync(
            $"/api/v1/namespaces/{@namespace}/serviceaccounts/{name}/token",
            """{"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}}""",
            cancellationToken);
        return (string?)JsonNode.Parse(answer)!["status"]?["token"]
            ?? throw new TestbedException("NoToken", $"The API server gave no token for {@namespace}/{name}.") { Subject = name };
    }

    /// <summary>Writes a kubeconfig for the cluster of another one, with a token in place of what that one logs in by.</summary>
    public static async Task WriteAsync(string path, string administrator, string token, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(administrator, cancellationToken);
        var server = Server().Match(text).Groups[1].Value;
        var authority = Authority().Match(text).Groups[1].Value;
        await File.WriteAllTextAsync(path, $$"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: site
              cluster: {server: "{{server}}", certificate-authority-data: {{authority}}}
            users:
            - name: edgesync
              user: {token: {{token}}}
            contexts:
            - name: site
              context: {cluster: site, user: edgesync}
            current-context: site

            """, cancellationToken);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [GeneratedRegex(@"server:\s*""?(https://[^\s"",}]+)")]
    private static partial Regex Server();

    [GeneratedRegex(@"certificate-authority-data:\s*""?([A-Za-z0-9+/=]+)")]
    private static partial Regex Authority();
}
