namespace EdgeSync.Hq.Authentication;

/// <summary>
/// Slows down guessing: after a few wrong tries, by user name and by address, each next one has to wait longer, up to a quarter of an hour. In
/// memory and bounded; when it is full, the oldest are forgotten.
/// </summary>
internal sealed class LoginThrottle(TimeProvider clock)
{
    private const int FreeTries = 5;
    private const int MaxEntries = 10_000;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Tries> _tries = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long this caller must wait; zero where the try is allowed, which counts as wrong until <see cref="Forget"/>.</summary>
    public TimeSpan Begin(string user, string address)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            string[] keys = [$"user {user}", $"address {address}"];
            var wait = keys.Max(k => _tries.TryGetValue(k, out var tries) ? tries.Until - now : TimeSpan.Zero);
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

    /// <summary>The try was right.</summary>
    public void Forget(string user, string address)
    {
        lock (_lock)
        {
            _tries.Remove($"user {user}");
            _tries.Remove($"address {address}");
        }
    }

    private void Count_NeedsLock(string key, DateTimeOffset now)
    {
        if (_tries.Count >= MaxEntries && !_tries.ContainsKey(key))
        {
            _tries.Remove(_tries.MinBy(t => t.Value.Last).Key);
        }

        var before = _tries.TryGetValue(key, out var known) && now - known.Last < LongestWait ? known.Count : 0;
        var extra = before + 1 - FreeTries;
        var wait = extra < 0 ? TimeSpan.Zero : FirstWait * Math.Pow(2, Math.Min(extra, 10));
        _tries[key] = new Tries(before + 1, now, now + (wait < LongestWait ? wait : LongestWait));
    }

    private sealed record Tries(int Count, DateTimeOffset Last, DateTimeOffset Until);
}
