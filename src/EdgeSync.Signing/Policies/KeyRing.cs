using System.Globalization;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Signing.Policies;

/// <summary>Keys of one role, and how many different ones of them must sign. Immutable.</summary>
public sealed class KeyRing
{
    /// <summary>The most keys that one role has; it bounds the work that a hostile envelope can cause.</summary>
    public const int MaxKeys = 32;

    /// <summary>
    /// Creates a ring of different keys. Throws <see cref="SigningException"/> if it is empty, contains a key twice, or has a threshold that it cannot
    /// meet.
    /// </summary>
    /// <param name="role">What the keys are for, in messages: "release" or "bundle".</param>
    /// <param name="keys">The keys.</param>
    /// <param name="threshold">How many different keys must sign; at least 1.</param>
    public KeyRing(string role, IReadOnlyList<VerificationKey> keys, int threshold)
    {
        ArgumentException.ThrowIfNullOrEmpty(role);
        ArgumentNullException.ThrowIfNull(keys);
        if (FindProblem(keys, threshold) is { } problem)
        {
            throw new SigningException(SigningReasons.TrustPolicyInvalid, $"the {role} keys cannot be used: {problem}") { Subject = role };
        }

        Role = role;
        Keys = [.. keys];
        Threshold = threshold;
    }

    /// <summary>What the keys are for.</summary>
    public string Role { get; }

    /// <summary>The keys, all different.</summary>
    public IReadOnlyList<VerificationKey> Keys { get; }

    /// <summary>How many different keys must sign.</summary>
    public int Threshold { get; }

    private static string? FindProblem(IReadOnlyList<VerificationKey> keys, int threshold)
    {
        var twice = keys.GroupBy(key => key.Id).FirstOrDefault(group => group.Count() > 1);
        return keys.Count switch
        {
            0 => "there are none",
            > MaxKeys => string.Create(CultureInfo.InvariantCulture, $"there are {keys.Count}, more than {MaxKeys}"),
            _ when twice is not null => $"'{twice.First().Name}' and '{twice.Last().Name}' are the same key",
            _ when threshold < 1 => "the threshold must be at least 1",
            _ when threshold > keys.Count => string.Create(
                CultureInfo.InvariantCulture, $"the threshold is {threshold}, and there are {keys.Count} keys"),
            _ => null,
        };
    }
}
