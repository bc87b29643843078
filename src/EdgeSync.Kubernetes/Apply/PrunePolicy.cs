using EdgeSync.Kubernetes.Manifests;

namespace EdgeSync.Kubernetes.Apply;

/// <summary>
/// Decides whether a prune may run without a release that allows it; a pure function of the plan. It counts what is lost: an object that another one
/// replaces under a new name is not, and neither is a hook that ran.
/// </summary>
public sealed record PrunePolicy
{
    private const int NamedObjects = 5;

    private static readonly string[] Precious =
        ["Namespace", "PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition.apiextensions.k8s.io"];

    /// <summary>
    /// The largest part of the members that may go at once, and the largest part of those of one kind, of which one may always go. Default: 0.25.
    /// </summary>
    public double MaxShare { get; init; } = 0.25;

    /// <summary>Whether deleting such an object takes with it what cannot be made again.</summary>
    public static bool IsPrecious(ObjectId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Precious.Contains(id.GroupKind);
    }

    /// <summary>Why the plan needs more permission than the release gives, one sentence each; empty if it needs none.</summary>
    public IReadOnlyList<string> Objections(PrunePlan plan, IReadOnlyList<PruneLimit>? allowed = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var lost = Lost(plan, allowed ?? []);
        var objections = lost.Where(candidate => IsPrecious(candidate.Id))
            .Select(candidate => $"{candidate.Id} would be deleted, and what it holds with it")
            .ToList();
        if (plan.Request.Objects.Count == 0)
        {
            objections.Add("the desired state is empty");
        }

        if (IsTooMuch(lost.Count, plan.MemberCount))
        {
            objections.Add($"{lost.Count} of {plan.MemberCount} objects would be deleted ({Name(lost)}); at most {MaxShare:P0} may be");
        }
        else
        {
            objections.AddRange(KindsOverLimit(plan, lost).Select(kind =>
                $"{kind.Count()} of {plan.MembersByKind[kind.Key]} objects of the kind {kind.Key} would be deleted ({Name([.. kind])}); at most {MaxShare:P0} of a kind may be"));
        }

        return objections;
    }

    /// <summary>What a release must allow so that there is no objection, apart from an empty desired state.</summary>
    public IReadOnlyList<PruneLimit> NeededFor(PrunePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var lost = Lost(plan, []);
        var isTooMuch = IsTooMuch(lost.Count, plan.MemberCount);
        var kinds = KindsOverLimit(plan, lost).Select(kind => kind.Key).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. lost.GroupBy(candidate => candidate.Id.GroupKind, StringComparer.Ordinal)
                .Where(kind => isTooMuch || IsPrecious(kind.First().Id) || kinds.Contains(kind.Key))
                .OrderBy(kind => kind.Key, StringComparer.Ordinal)
                .Select(kind => new PruneLimit([kind.Key], kind.Count())),
        ];
    }

    /// <summary>The candidates that hold data and that the release does not allow to delete.</summary>
    public static IReadOnlyList<PruneCandidate> Protected(PrunePlan plan, IReadOnlyList<PruneLimit> allowed)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return [.. Lost(plan, allowed).Where(candidate => IsPrecious(candidate.Id))];
    }

    // A limit lifts all objects of its kinds or none: which of them the release means cannot be known.
    private static List<PruneCandidate> Lost(PrunePlan plan, IReadOnlyList<PruneLimit> allowed)
    {
        var lost = plan.Candidates.Where(candidate => !candidate.IsReplaced && !candidate.IsHook).ToList();
        foreach (var limit in allowed)
        {
            if (lost.Count(candidate => limit.Covers(candidate.Id)) <= limit.Max)
            {
                lost.RemoveAll(candidate => limit.Covers(candidate.Id));
            }
        }

        return lost;
    }

    private bool IsTooMuch(int lost, int members) => lost > MaxShare * members;

    private IEnumerable<IGrouping<string, PruneCandidate>> KindsOverLimit(PrunePlan plan, List<PruneCandidate> lost) =>
        lost.Where(candidate => !IsPrecious(candidate.Id)).GroupBy(candidate => candidate.Id.GroupKind, StringComparer.Ordinal)
            .Where(kind => kind.Count() > 1 && plan.MembersByKind.TryGetValue(kind.Key, out var members) && IsTooMuch(kind.Count(), members));

    private static string Name(List<PruneCandidate> candidates) =>
        string.Join(", ", candidates.Take(NamedObjects).Select(candidate => candidate.Id))
        + (candidates.Count > NamedObjects ? $" and {candidates.Count - NamedObjects} more" : "");
}

/// <summary>How many objects of some kinds a release may delete.</summary>
/// <param name="Kinds">The kinds, with or without their group.</param>
/// <param name="Max">The most objects of these kinds together.</param>
public sealed record PruneLimit(IReadOnlyList<string> Kinds, int Max)
{
    /// <summary>Whether the object is of one of the kinds.</summary>
    public bool Covers(ObjectId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Kinds.Contains(id.GroupKind, StringComparer.Ordinal) || Kinds.Contains(id.Kind, StringComparer.Ordinal);
    }
}
