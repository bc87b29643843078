using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Fields;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// What earlier looks have found out about live objects: in which version an object is what the bundle says, and where it deviates. A version never changes
/// its content, so that this stays true across restarts, and losing it only costs requests. Safe to use by several threads.
/// </summary>
public sealed class KnownObjects
{
    private readonly ConcurrentDictionary<string, KnownObject> _known;

    // What was applied, and which fields that made ours: only then does a live object without a deviation need no apply.
    private readonly ConcurrentDictionary<string, (string Desired, string Owned)> _applied = new(StringComparer.Ordinal);
    private int _changes;

    /// <summary>Nothing is known, or what an earlier process has stored.</summary>
    public KnownObjects(IReadOnlyDictionary<string, KnownObject>? stored = null) =>
        _known = new ConcurrentDictionary<string, KnownObject>(stored ?? new Dictionary<string, KnownObject>(), StringComparer.Ordinal);

    /// <summary>What to store: what is known of each object, by its key.</summary>
    public IReadOnlyDictionary<string, KnownObject> Entries => new Dictionary<string, KnownObject>(_known, StringComparer.Ordinal);

    /// <summary>Whether something is to be stored since the last call.</summary>
    public bool TakeChanged() => Interlocked.Exchange(ref _changes, 0) > 0;

    /// <summary>Whether an apply of the object would change nothing.</summary>
    internal bool IsAsApplied(KubernetesObject desired, SetMember live) => !live.IsTerminating && FindDeviation(desired, live) is "";

    /// <summary>The digest of where the live object deviates, empty where it does not; null where nobody has looked at this version.</summary>
    internal string? FindDeviation(KubernetesObject desired, SetMember live) =>
        _known.GetValueOrDefault(desired.Id.Key) is { } known && known.Version == live.Version && known.Desired == DigestOf(desired) ? known.Deviation : null;

    /// <summary>An apply has changed nothing, or would change nothing.</summary>
    internal void NoteApplied(KubernetesObject desired, JsonObject live, string fieldManager) =>
        _applied[desired.Id.Key] = (DigestOf(desired), OwnedDigest(live, fieldManager));

    /// <summary>The object was applied just now; nothing can be left over in one that was not there before.</summary>
    internal void NoteWritten(KubernetesObject desired, JsonObject live, bool isNew, string fieldManager)
    {
        NoteApplied(desired, live, fieldManager);
        if (isNew)
        {
            NoteInspected(desired, live, "", fieldManager);
        }
    }

    /// <summary>The object was compared with the whole of what is live. It counts only for what was applied in the same state.</summary>
    internal void NoteInspected(KubernetesObject desired, JsonObject live, string deviation, string fieldManager)
    {
        var digest = DigestOf(desired);
        if (_applied.GetValueOrDefault(desired.Id.Key) != (digest, OwnedDigest(live, fieldManager)) || MayHideFields(desired, live))
        {
            return;
        }

        var known = new KnownObject(digest, SetMember.VersionOf(live, fieldManager), deviation);
        if (_known.GetValueOrDefault(desired.Id.Key) != known)
        {
            _known[desired.Id.Key] = known;
            Interlocked.Increment(ref _changes);
        }
    }

    /// <summary>Forgets all objects but these.</summary>
    internal void Keep(IReadOnlyCollection<KubernetesObject> objects)
    {
        var keys = objects.Select(item => item.Id.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var key in _known.Keys.Union(_applied.Keys).Where(key => !keys.Contains(key)))
        {
            _applied.TryRemove(key, out _);
            if (_known.TryRemove(key, out _))
            {
                Interlocked.Increment(ref _changes);
            }
        }
    }

    // A definition that changes later may know fields that the server has dropped from this object.
    private static bool MayHideFields(KubernetesObject desired, JsonObject live) =>
        desired.Id.Group is var group && group.Contains('.', StringComparison.Ordinal) && !group.EndsWith(".k8s.io", StringComparison.Ordinal)
        && !UncertainWrite.IsApplied(IgnoredFields.AsLive(desired, live).Json, live);

    // The same object under other rules deviates in other fields.
    private static string DigestOf(KubernetesObject desired) => (desired.Fields.IsStrict
        ? desired.Fingerprint
        : ObjectFingerprint.Of(new JsonObject { ["object"] = desired.Fingerprint, ["fields"] = desired.Fields.Text }).Hex)[..32];

    private static string OwnedDigest(JsonObject live, string fieldManager) => ObjectFingerprint.Of(OwnedFields.EntryOf(live, fieldManager).At("fieldsV1")).Hex[..32];
}

/// <summary>What is known of one live object.</summary>
/// <param name="Desired">The digest of what was applied.</param>
/// <param name="Version">The version of the live object for which this holds.</param>
/// <param name="Deviation">The digest of where it is not what was applied; empty where it is.</param>
public sealed record KnownObject(string Desired, string Version, string Deviation);
