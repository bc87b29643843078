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
    private readonly Dictionary<string, Member> _members = members.ToDictionary(member => member.Key.Key, member => new Member(member.Key, member.Value), StringComparer.Ordinal);
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
            RaiseMissing(new HashSet<Member>());
            throw ApiFailures.UnknownKind(_members.Values.First().Id);
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
        var (read, version) = await client.ReadListAsync(type, _selection, ImprintOf, cancellationToken);
        var found = new HashSet<Member>();
        foreach (var (member, imprint) in read.OfType<(Member, ObjectImprint)>())
        {
            found.Add(member);
            if (!_isFirstList && (member.Imprint is not { } before || imprint.IsDriftFrom(before, member.Rules)))
            {
                raise(imprint.ChangeOf(member.Id));
            }

            member.Imprint = imprint;
        }

        RaiseMissing(found);
        _isFirstList = false;
        _version = version;
    }

    // Null for what has the label and is no member.
    private (Member Member, ObjectImprint Imprint)? ImprintOf(JsonObject live) =>
        FindMember(live) is { } member ? (member, ObjectImprint.Of(live, client.FieldManager, member.Rules)) : null;

    private Member? FindMember(JsonObject live) => _members.GetValueOrDefault(new KubernetesObject(live).Id.Key);

    private void RaiseMissing(HashSet<Member> found)
    {
        foreach (var member in _members.Values.Where(member => !found.Contains(member)))
        {
            member.Imprint = null;
            raise(new DriftNotice(member.Id, DriftKind.Deleted));
        }
    }

    private void Take(WatchEvent change)
    {
        _version = change.Live.Text("metadata", "resourceVersion") ?? _version;
        if (change.Type == WatchEventType.Bookmark || FindMember(change.Live) is not { } member)
        {
            return;
        }

        if (change.Type == WatchEventType.Deleted)
        {
            member.Imprint = null;
            raise(new DriftNotice(member.Id, DriftKind.Deleted));
            return;
        }

        var imprint = ObjectImprint.Of(change.Live, client.FieldManager, member.Rules);
        if (member.Imprint is { } before && imprint.IsDriftFrom(before, member.Rules))
        {
            raise(imprint.ChangeOf(member.Id));
        }

        member.Imprint = imprint;
    }

    /// <summary>One object that is watched.</summary>
    private sealed class Member(ObjectId id, FieldRules rules)
    {
        public ObjectId Id => id;

        public FieldRules Rules => rules;

        /// <summary>What was seen of it last; null where it is not there.</summary>
        public ObjectImprint? Imprint { get; set; }
    }
}
