using System.Text.Json.Nodes;
using EdgeSync.Agent.Cluster;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Runtime;

namespace EdgeSync.Agent.Preflight;

/// <summary>What the checks ask of the API server.</summary>
internal interface IClusterLook
{
    /// <summary>The version, <c>v1.31.4+k3s1</c>. Raises a <see cref="KubernetesApiException"/> where the API server does not answer.</summary>
    Task<string> GetVersionAsync(CancellationToken cancellationToken);

    /// <summary>All objects of a kind, in one namespace or in all (null). Raises a <see cref="KubernetesApiException"/>.</summary>
    Task<IReadOnlyList<JsonObject>> ListAsync(string apiVersion, string kind, string? inNamespace, CancellationToken cancellationToken);
}

/// <summary>What the checks ask of the container runtime.</summary>
internal interface IRuntimeLook
{
    /// <summary>Name and version, <c>containerd 1.7.23</c>; null where the site has none (<c>runtime.endpoint: none</c>).</summary>
    Task<string?> GetVersionAsync(CancellationToken cancellationToken);

    /// <summary>Whether the runtime knows the image by this very reference. Raises a <see cref="ContainerRuntimeException"/>.</summary>
    Task<bool> KnowsAsync(string reference, CancellationToken cancellationToken);
}

/// <summary>The site's own API server.</summary>
internal sealed class ClusterLook(ClusterConnection connection) : IClusterLook
{
    public Task<string> GetVersionAsync(CancellationToken cancellationToken) => connection.Client.GetVersionAsync(cancellationToken);

    public async Task<IReadOnlyList<JsonObject>> ListAsync(string apiVersion, string kind, string? inNamespace, CancellationToken cancellationToken)
    {
        var type = await connection.Client.FindTypeAsync(apiVersion, kind, cancellationToken)
            ?? throw new KubernetesApiException(ApiReasons.KindUnknown, $"the API server does not know the kind {kind}");
        return (await connection.Client.ListAsync(type, new ListSelection { Namespace = inNamespace }, cancellationToken)).Items;
    }
}

/// <summary>The node's own runtime; null for a site without one.</summary>
internal sealed class RuntimeLook(ContainerRuntimeClient? client) : IRuntimeLook
{
    public async Task<string?> GetVersionAsync(CancellationToken cancellationToken) =>
        client is null ? null : await client.GetVersionAsync(cancellationToken) is var version ? $"{version.Name} {version.Version}" : null;

    public async Task<bool> KnowsAsync(string reference, CancellationToken cancellationToken) =>
        client is null || await client.FindImageAsync(reference, cancellationToken) is not null;
}
