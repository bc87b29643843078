using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Watch;

/// <summary>Watches the members of one kind: one list, then watches that continue from each other's end, so that an idle hour costs almost nothing.</summary>
internal sealed class KindWatch(
    KubernetesClient client, string apiVersion, string kind, string labelSelector, IReadOnlyDictionary<ObjectId, FieldRules> members, Action<DriftNotice> raise)
{
    private readonly ListSelection _selection = new() { LabelSelector = labelSelector, MetadataOnly = true };
    private readonly Dictionary<string, ObjectId> _members = members.Keys.ToDictionary(id => id.Key, StringComparer.Ordinal);
    private Dictionary<string, ObjectImprint> _known = new(StringComparer.Ordinal);
    private string? _version;
    private bool _isFirstList = true;

    /// <summary>Makes the next <see cref="FollowAsync"/> begin with a list, and finds missed changes by comparing.</summary>
    public void ListAgain() => _version = null;

    /// <summary>Follows until the API server ends the watch, which is normal; call it again to go on.</summary>
    public async Task FollowAsync(Action followed, CancellationToken cancellationToken)
    {
        var type = await client.FindTypeAsync(apiVersion, kind, cancellationToken);
        if (type is null)
        {
            // The CRD is gone, and all its objects with it.
            RaiseMissing(new Dictionary<string, ObjectImprint>(StringComparer.Ordinal));
            throw ApiFailures.UnknownKind(_members.Values.First());
        }

        if (_version is null)
        {
            await ListAsync(type, cancellationToken);
        }

        followed();
        try
        {
            await foreach (var change in client.WatchAsync(type, _selection, _version!, cancellationToken))
            {
                Take(change);
            }
        }
        catch (KubernetesApiException failure) when (failure.Reason == ApiReasons.ResourceExpired)
        {
            _version = null;
        }
    }

    private async Task ListAsync(ResourceType type, CancellationToken cancellationToken)
    {
        var (imprints, version) = await client.ReadListAsync(type, _selection, ImprintOf, cancellationToken);
        var found = new Dictionary<string, ObjectImprint>(StringComparer.Ordinal);
        foreach (var imprint in imprints)
        {
            found[imprint.Id.Key] = imprint;
            if (!_isFirstList && _members.TryGetValue(imprint.Id.Key, out var id)
                && (!_known.TryGetValue(imprint.Id.Key, out var before) || imprint.IsDriftFrom(before, members[id])))
            {
                raise(imprint.ChangeOf(id));
            }
        }

        RaiseMissing(found);
        _known = found;
        _isFirstList = false;
        _version = version;
    }

    private ObjectImprint ImprintOf(JsonObject live) =>
        ObjectImprint.Of(live, client.FieldManager, _members.TryGetValue(new KubernetesObject(live).Id.Key, out var id) ? members[id] : FieldRules.None);

    private void RaiseMissing(Dictionary<string, ObjectImprint> found)
    {
        foreach (var (key, id) in _members)
        {
            if (!found.ContainsKey(key))
            {
                raise(new DriftNotice(id, DriftKind.Deleted));
            }
        }
    }

    private void Take(WatchEvent change)
    {
        _version = change.Live.Text("metadata", "resourceVersion") ?? _version;
        if (change.Type == WatchEventType.Bookmark)
        {
            return;
        }

        var imprint = ImprintOf(change.Live);
        var key = imprint.Id.Key;
        var isMember = _members.TryGetValue(key, out var id);
        if (change.Type == WatchEventType.Deleted)
        {
            _known.Remove(key);
            if (isMember)
            {
                raise(new DriftNotice(id!, DriftKind.Deleted));
            }

            return;
        }

        if (isMember && _known.TryGetValue(key, out var before) && imprint.IsDriftFrom(before, members[id!]))
        {
            raise(imprint.ChangeOf(id!));
        }

        _known[key] = imprint;
    }
}
