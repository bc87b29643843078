using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Api;

/// <summary>
/// Finds where a kind is served. Each group version is asked for once, when it is needed first; a kind that is not in the cached answer
/// makes it ask again, so that a new CRD is found.
/// </summary>
internal sealed class ResourceDiscovery(ApiConnection connection)
{
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, ResourceType>> _served = new(StringComparer.Ordinal);

    public void Invalidate() => _served.Clear();

    /// <summary>Asks again for everything; true where the cluster does not serve this kind any more.</summary>
    public async Task<bool> HasGoneAsync(ResourceType type, CancellationToken cancellationToken)
    {
        Invalidate();
        return await FindAsync(type.ApiVersion, type.Kind, cancellationToken) is null;
    }

    /// <summary>The kind, or null if the cluster does not serve it.</summary>
    public async Task<ResourceType?> FindAsync(string apiVersion, string kind, CancellationToken cancellationToken)
    {
        if (_served.TryGetValue(apiVersion, out var known) && known.TryGetValue(kind, out var type))
        {
            return type;
        }

        var fresh = await LoadAsync(apiVersion, cancellationToken);
        _served[apiVersion] = fresh;
        return fresh.GetValueOrDefault(kind);
    }

    /// <summary>The kind of a group in the version that the cluster prefers, or null.</summary>
    public async Task<ResourceType?> FindPreferredAsync(string group, string kind, CancellationToken cancellationToken)
    {
        if (group.Length == 0)
        {
            return await FindAsync("v1", kind, cancellationToken);
        }

        JsonObject answer;
        try
        {
            (_, answer) = await connection.SendAsync(
                new ApiRequest(HttpMethod.Get, $"/apis/{Uri.EscapeDataString(group)}", $"API group {group}"), cancellationToken);
        }
        catch (KubernetesApiException failure) when (failure.StatusCode == 404)
        {
            return null;
        }

        var preferred = answer.Text("preferredVersion", "groupVersion");
        foreach (var version in answer.Objects("versions").Select(v => v.Text("groupVersion")).OrderByDescending(v => v == preferred))
        {
            if (version is not null && await FindAsync(version, kind, cancellationToken) is { } type)
            {
                return type;
            }
        }

        return null;
    }

    private async Task<IReadOnlyDictionary<string, ResourceType>> LoadAsync(string apiVersion, CancellationToken cancellationToken)
    {
        var path = apiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{apiVersion}" : $"/api/{apiVersion}";
        var types = new Dictionary<string, ResourceType>(StringComparer.Ordinal);
        try
        {
            var (_, answer) = await connection.SendAsync(new ApiRequest(HttpMethod.Get, path, $"API {apiVersion}"), cancellationToken);
            foreach (var resource in answer.Objects("resources"))
            {
                if (resource.Text("kind") is { } kind && resource.Text("name") is { } plural && !plural.Contains('/', StringComparison.Ordinal))
                {
                    types.TryAdd(kind, new ResourceType(apiVersion, kind, plural, resource.IsTrue("namespaced")));
                }
            }
        }
        catch (KubernetesApiException failure) when (failure.StatusCode == 404 && apiVersion != "v1")
        {
            // An API that is not served is an answer, not a failure.
        }

        return types;
    }
}
