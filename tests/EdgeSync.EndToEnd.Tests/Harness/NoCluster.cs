namespace EdgeSync.EndToEnd.Tests.Harness;

/// <summary>For sites whose cluster never answers, and need not.</summary>
internal static class NoCluster
{
    /// <summary>Writes a kubeconfig for a port that nobody listens at; returns its path.</summary>
    public static async Task<string> WriteKubeconfigAsync(string path)
    {
        await File.WriteAllTextAsync(path, """
            apiVersion: v1
            kind: Config
            current-context: site
            contexts: [{name: site, context: {cluster: site, user: agent}}]
            clusters: [{name: site, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: agent, user: {token: none}}]
            """);
        return path;
    }
}
