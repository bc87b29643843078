namespace EdgeSync.Kubernetes.Api;

/// <summary>One kind as the API server serves it: where its objects are found.</summary>
public sealed record ResourceType(string ApiVersion, string Kind, string Plural, bool IsNamespaced)
{
    /// <summary>The path of the collection, or of one object in it.</summary>
    public string Path(string? @namespace, string? name = null)
    {
        var root = ApiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{ApiVersion}" : $"/api/{ApiVersion}";
        var scope = IsNamespaced && @namespace is not null ? $"/namespaces/{Uri.EscapeDataString(@namespace)}" : "";
        return $"{root}{scope}/{Plural}{(name is null ? "" : "/" + Uri.EscapeDataString(name))}";
    }
}
