using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Api;

/// <summary>Reads a list page by page, so that one page at a time is in memory.</summary>
internal sealed class PagedList(ApiConnection connection, int pageSize)
{
    /// <summary>
    /// What <paramref name="read"/> makes of each object that matches, and the resource version of the list. It starts again where the API server no longer
    /// has the version of the first page.
    /// </summary>
    public async Task<(List<T> Items, string ResourceVersion)> ReadAsync<T>(
        ResourceType type, ListSelection selection, Func<JsonObject, T> read, CancellationToken cancellationToken)
    {
        var items = new List<T>();
        var limit = selection.MetadataOnly ? pageSize * 2 : pageSize;
        var next = "";
        while (true)
        {
            var path = $"{type.Path(selection.Namespace)}?limit={limit}{selection.Query}{(next.Length > 0 ? "&continue=" + Uri.EscapeDataString(next) : "")}";
            JsonObject page;
            try
            {
                (_, page) = await connection.SendAsync(
                    new ApiRequest(HttpMethod.Get, path, $"list of {type.Plural}") { Accept = selection.Accept }, cancellationToken);
            }
            catch (KubernetesApiException failure) when (failure.Reason == ApiReasons.ResourceExpired && next.Length > 0)
            {
                items.Clear();
                next = "";
                continue;
            }

            foreach (var item in (page["items"] as JsonArray)?.OfType<JsonObject>().ToList() ?? [])
            {
                // The items of a list do not say what they are.
                item["apiVersion"] = type.ApiVersion;
                item["kind"] = type.Kind;
                items.Add(read(item));
            }

            next = page.Text("metadata", "continue") ?? "";
            if (next.Length == 0)
            {
                return (items, page.Text("metadata", "resourceVersion") ?? "");
            }
        }
    }
}
