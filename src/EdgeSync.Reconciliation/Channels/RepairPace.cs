using System.Globalization;
using EdgeSync.Contracts;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Channels;

/// <summary>
/// How soon drift is repaired: at once, but not for an object that something else keeps changing. Two that fight over a field would else apply
/// as fast as they can, for ever. Used by one caller at a time.
/// </summary>
internal sealed class RepairPace(TimeProvider time)
{
    private const int Tolerated = 3;
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, Fight> _fights = new(StringComparer.Ordinal);
    private readonly HashSet<string> _signs = new(StringComparer.Ordinal);

    /// <summary>When the signs that wait are due, or null where none waits.</summary>
    public DateTimeOffset? Due => _signs.Count == 0 ? null : _signs.Min(subject => _fights.GetValueOrDefault(subject)?.Due ?? DateTimeOffset.MinValue);

    /// <summary>Whether a repair is due now.</summary>
    public bool IsDue => Due <= time.GetUtcNow();

    /// <summary>Takes a sign of drift.</summary>
    public void Note(DriftSign sign)
    {
        _signs.Add(sign.Subject);
        if (_fights.TryGetValue(sign.Subject, out var fight))
        {
            _fights[sign.Subject] = fight with { Manager = sign.Manager ?? fight.Manager };
        }
        else
        {
            _fights[sign.Subject] = new Fight(sign.Manager, 0, 0, DateTimeOffset.MinValue, time.GetUtcNow());
        }
    }

    /// <summary>The repair is done; <paramref name="changed"/> is what it changed, each entry beginning with the object.</summary>
    public void Repaired(IReadOnlyList<string> changed)
    {
        var now = time.GetUtcNow();
        foreach (var subject in _signs)
        {
            var fight = _fights[subject];
            var repairs = fight.Repairs + 1;
            var pause = TimeSpan.FromTicks(Math.Min(FirstPause.Ticks << Math.Min(Math.Max(0, repairs - Tolerated), 8), LongestPause.Ticks));
            _fights[subject] = fight with
            {
                Repairs = repairs,
                Changes = fight.Changes + (changed.Any(entry => entry.StartsWith(subject + " ", StringComparison.Ordinal)) ? 1 : 0),
                Due = repairs < Tolerated ? DateTimeOffset.MinValue : now + pause,
                Last = now,
            };
        }

        _signs.Clear();
    }

    /// <summary>Who fights with us over what, as a failure for the status; null where nobody does. What was quiet for long is forgotten.</summary>
    public EdgeSyncException? FindFight()
    {
        var now = time.GetUtcNow();
        foreach (var (subject, _) in _fights.Where(fight => now - fight.Value.Last > Quiet && !_signs.Contains(fight.Key)).ToList())
        {
            _fights.Remove(subject);
        }

        return _fights.Where(fight => fight.Value.Changes >= Tolerated).OrderByDescending(fight => fight.Value.Changes).FirstOrDefault() is
            { Key: { } contested } worst
            ? new ReconciliationException(
                ReasonCodes.DriftContested,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{contested} was changed by '{worst.Value.Manager ?? "somebody"}' and repaired {worst.Value.Changes} times; it is repaired later and later"))
            {
                Subject = contested,
                Hint = "Let only one of the two decide: take the field out of the bundle, or stop the other.",
                RetryAfter = LongestPause,
            }
            : null;
    }

    private sealed record Fight(string? Manager, int Repairs, int Changes, DateTimeOffset Due, DateTimeOffset Last);
}
