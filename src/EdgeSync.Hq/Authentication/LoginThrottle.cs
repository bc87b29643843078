namespace EdgeSync.Hq.Authentication;

/// <summary>
/// Slows down password guessing. It counts failed attempts by user name and by address; after a few, each further attempt must wait longer, up to 15
/// minutes. The counts are in memory and bounded: when there are too many, the oldest is dropped.
/// </summary>
internal sealed class LoginThrottle(TimeProvider clock)
{
    private const int FreeAttempts = 5;
    private const int MaxEntries = 10_000;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Attempts> _attempts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long the caller must wait. Zero allows the attempt, which counts as failed until <see cref="Forget"/>.</summary>
    public TimeSpan Begin(string user, string address)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            string[] keys = [$"user {user}", $"address {address}"];
            var wait = keys.Max(k => _attempts.TryGetValue(k, out var attempts) ? attempts.Until - now : TimeSpan.Zero);
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }

            foreach (var key in keys)
            {
                Count_NeedsLock(key, now);
            }

            return TimeSpan.Zero;
        }
    }

    /// <summary>Clears the counts after a successful login.</summary>
    public void Forget(string user, string address)
    {
        lock (_lock)
        {
            _attempts.Remove($"user {user}");
            _attempts.Remove($"address {address}");
        }
    }

    private void Count_NeedsLock(string key, DateTimeOffset now)
    {
        if (_attempts.Count >= MaxEntries && !_attempts.ContainsKey(key))
        {
            _attempts.Remove(_attempts.MinBy(t => t.Value.Last).Key);
        }

        var before = _attempts.TryGetValue(key, out var known) && now - known.Last < LongestWait ? known.Count : 0;
        var extra = before + 1 - FreeAttempts;
        var wait = extra < 0 ? TimeSpan.Zero : FirstWait * Math.Pow(2, Math.Min(extra, 10));
        _attempts[key] = new Attempts(before + 1, now, now + (wait < LongestWait ? wait : LongestWait));
    }

    private sealed record Attempts(int Count, DateTimeOffset Last, DateTimeOffset Until);
}
