using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Health;

/// <summary>
/// What one round reads from the API server. The awaited objects of one kind in one namespace cost one list, however many they are; an object that is alone is
/// asked for by its name. Whatever is read twice costs one request. Safe for use by several threads; each round makes a new one.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="selector">The labels that the awaited objects should have, or null. What a list with them lacks is asked for by its name.</param>
/// <param name="unlisted">The kinds that could not be listed in earlier rounds; added to.</param>
internal sealed class LiveReader(KubernetesClient client, string? selector, ConcurrentDictionary<LiveReader.Place, bool> unlisted)
{
    // Of these only the existence counts, and their content may be large.
    private static readonly string[] WithoutStatus = ["ConfigMap", "Secret"];
    private readonly ConcurrentDictionary<(string ApiVersion, string Kind, ListSelection Selection), Lazy<Task<IReadOnlyList<JsonObject>>>> _lists = new();
    private readonly ConcurrentDictionary<Place, Lazy<Task<Dictionary<string, JsonObject>?>>> _places = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<JsonObject?>>> _objects = new(StringComparer.Ordinal);
    private Dictionary<Place, int> _awaited = [];
    private HashSet<Place> _withContent = [];

    /// <summary>Says which objects the round will ask for, and of which of them it reads more than that they exist.</summary>
    public void Expect(IReadOnlyList<ObjectId> objects, Func<ObjectId, bool> readsContent)
    {
        _awaited = objects.DistinctBy(id => id.Key).CountBy(Place.Of).ToDictionary();
        _withContent = [.. objects.Where(id => !WithoutStatus.Contains(id.GroupKind) || readsContent(id)).Select(Place.Of)];
    }

    /// <summary>The live object, or null if there is none (or its kind is not served).</summary>
    public async Task<JsonObject?> FindAsync(ObjectId id, CancellationToken cancellationToken)
    {
        var place = Place.Of(id);
        if (_awaited.GetValueOrDefault(place) > 1 && !unlisted.ContainsKey(place)
            && await _places.GetOrAdd(place, key => new(() => ListAsync(key, cancellationToken))).Value is { } listed)
        {
            return listed.TryGetValue(id.Name, out var found) ? found : selector is null ? null : await GetAsync(id, cancellationToken);
        }

        return await GetAsync(id, cancellationToken);
    }

    /// <summary>The objects of a kind that match; none where the cluster does not serve it.</summary>
    public Task<IReadOnlyList<JsonObject>> ListAsync(string apiVersion, string kind, ListSelection selection, CancellationToken cancellationToken) =>
        _lists.GetOrAdd((apiVersion, kind, selection), _ => new(async () =>
            await client.FindTypeAsync(apiVersion, kind, cancellationToken) is { } type
                ? (await client.ListAsync(type, selection, cancellationToken)).Items
                : [])).Value;

    private Task<JsonObject?> GetAsync(ObjectId id, CancellationToken cancellationToken) =>
        _objects.GetOrAdd(id.Key, _ => new(() => client.GetAsync(id, cancellationToken))).Value;

    // Null where the objects have to be asked for one by one.
    private async Task<Dictionary<string, JsonObject>?> ListAsync(Place place, CancellationToken cancellationToken)
    {
        if (await client.FindTypeAsync(place.ApiVersion, place.Kind, cancellationToken) is not { } type || type.IsNamespaced != (place.Namespace is not null))
        {
            return null;
        }

        var selection = new ListSelection { Namespace = place.Namespace, LabelSelector = selector, MetadataOnly = !_withContent.Contains(place) };
        try
        {
            var byName = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
            foreach (var item in (await client.ListAsync(type, selection, cancellationToken)).Items)
            {
                byName[item.Text("metadata", "name") ?? ""] = item;
            }

            return byName;
        }
        catch (KubernetesApiException failure) when (
            failure.Reason == ApiReasons.ClusterAnswerInvalid || (failure.StatusCode is 403 or 404 or 405 && failure.Reason != ApiReasons.ClusterError))
        {
            // No right to list, an API that has no lists, or a list that is too large to be read: the objects themselves may well be readable.
            unlisted[place] = true;
            return null;
        }
    }

    /// <summary>What one list has.</summary>
    internal readonly record struct Place(string ApiVersion, string Kind, string? Namespace)
    {
        public static Place Of(ObjectId id) => new(id.ApiVersion, id.Kind, id.Namespace);
    }
}
