using System.Collections.Concurrent;
using EdgeSync.Kubernetes.Api;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>The members of an ApplySet, and of the site's others, as they were when it was taken: one list of metadata a kind, whatever their number.</summary>
internal sealed class LiveSnapshot
{
    private readonly Dictionary<string, SetMember> _own = new(StringComparer.Ordinal);
    private readonly List<SetMember> _ofOthers = [];

    /// <summary>The members of the set that we applied.</summary>
    public IReadOnlyCollection<SetMember> Members => _own.Values;

    /// <summary>The members of the site's other sets among these kinds.</summary>
    public IReadOnlyList<SetMember> OfOthers => _ofOthers;

    /// <summary>
    /// Lists these kinds. One that the cluster does not serve has no members. Throws <see cref="KubernetesApiException"/> where the cluster does not answer,
    /// and, unless <paramref name="skipRefused"/>, where it refuses to list a kind.
    /// </summary>
    public static async Task<LiveSnapshot> TakeAsync(
        KubernetesClient client,
        ApplyRequest request,
        IReadOnlyList<KubernetesObject> desired,
        IEnumerable<string> groupKinds,
        CancellationToken cancellationToken,
        bool skipRefused = false)
    {
        var own = ApplySet.IdOf(request.ApplySetName, request.ParentNamespace);
        var sets = request.OtherSets.Select(name => ApplySet.IdOf(name, request.ParentNamespace)).Prepend(own).ToList();
        var selection = new ListSelection
        {
            LabelSelector = sets is [var one] ? $"{ApplySet.PartOfLabel}={one}" : $"{ApplySet.PartOfLabel} in ({string.Join(',', sets)})",
            MetadataOnly = true,
        };

        // A kind is listed in the version that the bundle uses, which costs no question for the preferred one.
        var used = desired.GroupBy(item => item.Id.GroupKind, StringComparer.Ordinal).ToDictionary(kind => kind.Key, kind => kind.First().ApiVersion, StringComparer.Ordinal);
        var found = new ConcurrentBag<List<SetMember>>();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = request.Options.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(groupKinds.Distinct(StringComparer.Ordinal), limits, async (groupKind, token) =>
        {
            var (kind, group) = groupKind.Split('.', 2) is [var first, var rest] ? (first, rest) : (groupKind, "");
            var type = used.TryGetValue(groupKind, out var version)
                ? await client.FindTypeAsync(version, kind, token)
                : await client.FindPreferredTypeAsync(group, kind, token);
            try
            {
                if (type is not null)
                {
                    found.Add((await client.ReadListAsync(type, selection, live => SetMember.Of(live, client.FieldManager), token)).Items);
                }
            }
            catch (KubernetesApiException failure) when (skipRefused && failure.Disposition == Disposition.Stalled)
            {
                // Its objects are looked at one by one.
            }
        });
        var snapshot = new LiveSnapshot();
        foreach (var member in found.SelectMany(members => members).Where(member => member.IsOurs))
        {
            if (member.Set == own)
            {
                snapshot._own[member.Id.Key] = member;
            }
            else
            {
                snapshot._ofOthers.Add(member);
            }
        }

        return snapshot;
    }

    /// <summary>The member of this name, or null.</summary>
    public SetMember? Find(ObjectId id) => _own.GetValueOrDefault(id.Key);
}
