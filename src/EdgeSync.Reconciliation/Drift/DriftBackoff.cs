using System.Globalization;
using EdgeSync.Contracts;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Kubernetes.Watch;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Reconciliation.Drift;

/// <summary>
/// How soon drift is repaired: at once, but later and later for an object that something else keeps changing. Otherwise two controllers that fight over
/// a field would apply as fast as they can, for ever. Used by one caller at a time.
/// </summary>
internal sealed class DriftBackoff(TimeProvider time)
{
    private const int Tolerated = 3;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    // By the object's key, which does not change with the version of its API.
    private readonly Dictionary<string, Fight> _fights = new(StringComparer.Ordinal);
    private readonly HashSet<string> _pending = new(StringComparer.Ordinal);

    /// <summary>When the next repair is due, or null where none is pending.</summary>
    public DateTimeOffset? Due => _pending.Count == 0 ? null : _pending.Min(key => _fights.GetValueOrDefault(key)?.Due ?? DateTimeOffset.MinValue);

    /// <summary>Whether a repair is due now.</summary>
    public bool IsDue => Due <= time.GetUtcNow();

    /// <summary>Somebody changed an object.</summary>
    public void Note(DriftNotice notice)
    {
        _pending.Add(notice.Id.Key);
        _fights[notice.Id.Key] = _fights.TryGetValue(notice.Id.Key, out var fight)
            ? fight with { Notice = notice, Author = notice.Author ?? fight.Author }
            : new Fight(notice, notice.Author, 0, 0, DateTimeOffset.MinValue, time.GetUtcNow());
    }

    /// <summary>Who changed the object last and how; null where nobody knows.</summary>
    public string? FindAuthor(ObjectId id) => _fights.GetValueOrDefault(id.Key)?.Notice.Author;

    /// <summary>Takes the objects whose repair is due, or all that drifted: their repair begins now. Drift that comes meanwhile is for the next one.</summary>
    public IReadOnlyList<ObjectId> Take(bool all)
    {
        var now = time.GetUtcNow();
        List<ObjectId> taken = [.. _pending.Select(key => _fights[key]).Where(fight => all || fight.Due <= now).Select(fight => fight.Id)];
        _pending.ExceptWith(taken.Select(id => id.Key));
        return taken;
    }

    /// <summary>The cluster did not take the repair of these objects: it is tried again, later and later.</summary>
    public void PutBack(IReadOnlyCollection<ObjectId> taken)
    {
        foreach (var key in taken.Select(id => id.Key))
        {
            var fight = _fights[key];
            _fights[key] = fight with { Failures = fight.Failures + 1, Due = time.GetUtcNow() + (FirstRetry * (1 << Math.Min(fight.Failures, 5))) };
            _pending.Add(key);
        }
    }

    /// <summary>The repair of these objects is done; <paramref name="changed"/> is what it changed.</summary>
    public void Repaired(IReadOnlyCollection<ObjectId> taken, IReadOnlyList<ObjectChange> changed)
    {
        var now = time.GetUtcNow();
        var keys = changed.Select(change => change.Id.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var key in taken.Select(id => id.Key))
        {
            var fight = _fights[key];
            var repairs = fight.Repairs + 1;
            var pause = TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(Math.Max(0, repairs - Tolerated), 8), LongestPause.Ticks));
            _fights[key] = fight with
            {
                Repairs = repairs,
                Failures = 0,
                Changes = fight.Changes + (keys.Contains(key) ? 1 : 0),
                Due = repairs < Tolerated ? DateTimeOffset.MinValue : now + pause,
                Last = now,
            };
        }
    }

    /// <summary>The object that somebody keeps changing, as a failure for the status; null where there is none. An object that stayed quiet is forgotten.</summary>
    public EdgeSyncException? FindFight()
    {
        var now = time.GetUtcNow();
        foreach (var (key, _) in _fights.Where(fight => now - fight.Value.Last > Quiet && !_pending.Contains(fight.Key)).ToList())
        {
            _fights.Remove(key);
        }

        return _fights.Values.Where(fight => fight.Changes >= Tolerated).MaxBy(fight => fight.Changes) is { } worst
            ? new ReconciliationException(
                ReasonCodes.DriftContested,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{worst.Id} was changed by {worst.Author ?? "somebody"} and repaired {worst.Changes} times; it is repaired later and later"))
            {
                Subject = worst.Id.ToString(),
                Hint = "Let only one of the two decide: take the field out of the bundle, or stop the other.",
                RetryAfter = LongestPause,
            }
            : null;
    }

    // Author is the last one who is known.
    private sealed record Fight(DriftNotice Notice, string? Author, int Repairs, int Changes, DateTimeOffset Due, DateTimeOffset Last)
    {
        public ObjectId Id => Notice.Id;

        /// <summary>How often in a row the cluster did not take the repair.</summary>
        public int Failures { get; init; }
    }
}
