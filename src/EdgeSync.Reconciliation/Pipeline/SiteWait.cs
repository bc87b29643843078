using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// When a release that waits for the site is tried again: at growing intervals, and at once when a cheap check finds that the cause has gone. Used by one
/// caller at a time; only <see cref="NextTry"/> may be read by others.
/// </summary>
internal sealed class SiteWait(TimeProvider monotonic, Random random)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CheckPause = TimeSpan.FromSeconds(5);

    private readonly Backoff _backoff = new(FirstPause, LongestPause, random);
    private volatile Wait? _wait;
    private string? _misled;

    /// <summary>How long until the release is tried again, or null where nothing waits.</summary>
    public TimeSpan? NextTry => _wait is { } wait ? Left(wait.Since, wait.Pause) : null;

    /// <summary>How long until <see cref="IsOverAsync"/> has something to do, or null where nothing waits.</summary>
    public TimeSpan? Due => _wait is { } wait
        ? wait.HasGone is not null && Left(wait.Checked, CheckPause) is var check && check < NextTry ? check : NextTry
        : null;

    /// <summary>A try has failed for this reason. <paramref name="hasGone"/> finds out at little cost whether the cause has gone, or is null.</summary>
    public void Begin(string reason, Func<CancellationToken, Task<bool>>? hasGone)
    {
        // Where the check was wrong, the next try does not rely on it.
        var isMisled = _misled == reason;
        _misled = null;
        var now = monotonic.GetTimestamp();
        _wait = new Wait(reason, now, Clamp(_backoff.Next()), now, isMisled ? null : hasGone);
    }

    /// <summary>Nothing waits any more.</summary>
    public void End()
    {
        _wait = null;
        _misled = null;
        _backoff.Reset();
    }

    /// <summary>Somebody asks for a try now.</summary>
    public void Skip()
    {
        _wait = null;
        _misled = null;
    }

    /// <summary>Whether the release may be tried now.</summary>
    public async Task<bool> IsOverAsync(CancellationToken cancellationToken)
    {
        if (_wait is not { } wait || Left(wait.Since, wait.Pause) == TimeSpan.Zero)
        {
            _wait = null;
            return true;
        }

        if (wait.HasGone is { } hasGone && Left(wait.Checked, CheckPause) == TimeSpan.Zero)
        {
            _wait = wait with { Checked = monotonic.GetTimestamp() };
            if (await HasGoneAsync(hasGone, cancellationToken))
            {
                _misled = wait.Reason;
                _wait = null;
                return true;
            }
        }

        return false;
    }

    private static async Task<bool> HasGoneAsync(Func<CancellationToken, Task<bool>> hasGone, CancellationToken cancellationToken)
    {
        try
        {
            return await hasGone(cancellationToken);
        }
        catch (EdgeSyncException)
        {
            return false;
        }
    }

    private static TimeSpan Clamp(TimeSpan pause) => pause > FirstPause / 2 ? pause : FirstPause / 2;

    private TimeSpan Left(long since, TimeSpan pause)
    {
        var left = pause - monotonic.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private sealed record Wait(string Reason, long Since, TimeSpan Pause, long Checked, Func<CancellationToken, Task<bool>>? HasGone);
}
