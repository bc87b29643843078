using System.Text.Json.Nodes;
using EdgeSync.Kubernetes.Hooks;
using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Which Jobs have been started here, by content, and which hooks have ended well. A Job with <c>ttlSecondsAfterFinished</c> is deleted by the cluster once it
/// is done; without a memory it would look missing, and run again and again. The inventory keeps it, so it outlives the agent.
/// </summary>
internal sealed class FinishedJobs
{
    private const string Job = "Job.batch";
    private const string HookPrefix = "hook.";
    private const int LongestKey = 253;
    private readonly Dictionary<string, string> _started;
    private readonly Dictionary<string, string> _wanted = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wantedHooks;
    private readonly string _content;

    /// <summary>Reads the inventory. <paramref name="request"/> says what its hooks run once for; <paramref name="hooks"/> are those as they are named in the cluster.</summary>
    public FinishedJobs(JsonObject? parent, ApplyRequest request, IEnumerable<KubernetesObject> objects, IEnumerable<Hook> hooks)
    {
        _content = request.Content;
        _wantedHooks = hooks.SelectMany(hook => hook.Moments.Select(moment => KeyOf(hook, moment))).ToHashSet(StringComparer.Ordinal);
        _started = (parent.At("data") as JsonObject ?? [])
            .ToDictionary(entry => entry.Key, entry => parent.Text("data", entry.Key) ?? "", StringComparer.Ordinal);
        foreach (var item in objects.Where(item => item.Id.GroupKind == Job && item.Json.Number("spec", "ttlSecondsAfterFinished") is not null))
        {
            if (KeyOf(item.Id) is { Length: <= LongestKey } key)
            {
                _wanted[key] = ObjectFingerprint.Of(item.Json["spec"]).ToString();
            }
        }
    }

    /// <summary>Whether exactly this Job was started here, and is gone by its time to live if it is not there.</summary>
    public bool WasStarted(ObjectId id) => id.GroupKind == Job && _wanted.TryGetValue(KeyOf(id), out var wanted) && _started.GetValueOrDefault(KeyOf(id)) == wanted;

    /// <summary>Notes that these are in the cluster; true if that is news for the inventory.</summary>
    public bool Note(IEnumerable<ObjectId> ids)
    {
        var isNews = false;
        foreach (var key in ids.Where(id => id.GroupKind == Job).Select(KeyOf).Where(_wanted.ContainsKey))
        {
            isNews |= _started.GetValueOrDefault(key) != _wanted[key];
            _started[key] = _wanted[key];
        }

        return isNews;
    }

    /// <summary>
    /// What the runs of a hook have in common for as long as neither the bundle nor the Job changes. A hook whose Job is the same in two bundles runs for each of
    /// them: a backup before a change is worth nothing if it was made before another one.
    /// </summary>
    public string KeyOf(Hook hook, HookMoment moment)
    {
        var content = new JsonObject { ["content"] = _content, ["moment"] = moment.Name(), ["job"] = hook.Job.Id.Key, ["spec"] = hook.Job.Json["spec"]?.DeepClone() };
        return HookPrefix + ObjectFingerprint.Of(content).Hex[..32];
    }

    /// <summary>The attempt in which the hook ended well, or null where it has not.</summary>
    public string? FindAttempt(Hook hook, HookMoment moment) => _started.GetValueOrDefault(KeyOf(hook, moment));

    /// <summary>Notes that the hook has ended well.</summary>
    public void Note(Hook hook, HookMoment moment, string attempt) => _started[KeyOf(hook, moment)] = attempt;

    /// <summary>What the inventory is to keep: all that it has, or only what is still wanted.</summary>
    public IReadOnlyDictionary<string, string> Entries(bool wantedOnly) =>
        wantedOnly ? _started.Where(entry => _wanted.ContainsKey(entry.Key) || _wantedHooks.Contains(entry.Key)).ToDictionary() : _started;

    // A namespace has no dot in its name, so this is unambiguous.
    private static string KeyOf(ObjectId id) => $"job.{id.Namespace}.{id.Name}";
}
