using EdgeSync.Primitives;

namespace EdgeSync.Reconciliation.Steps;

/// <summary>
/// How often a release that was refused is fetched again, since signatures may have come to lie beside it: each time after a quarter of what has passed
/// since, at last every quarter of an hour. Who may push to a registry could else have a site fetch junk with every poll.
/// </summary>
internal sealed class LookPace(TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private Digest? _artifact;
    private long _first;
    private long _last;

    /// <summary>Whether it is time for another look at this artifact; what is due counts as looked at. Not safe for use by several threads.</summary>
    public bool IsDue(Digest artifact)
    {
        var now = time.GetTimestamp();
        if (_artifact != artifact)
        {
            (_artifact, _first, _last) = (artifact, now, now);
            return true;
        }

        var quarter = time.GetElapsedTime(_first, now) / 4;
        if (time.GetElapsedTime(_last, now) < (quarter < LongestPause ? quarter : LongestPause))
        {
            return false;
        }

        _last = now;
        return true;
    }
}
