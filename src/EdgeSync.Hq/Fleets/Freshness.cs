namespace EdgeSync.Hq.Fleets;

/// <summary>How long ago a site was heard from, compared with the interval that the site announces.</summary>
public enum Freshness
{
    /// <summary>Heard from within three expected intervals, and not offline for longer than one.</summary>
    Fresh,

    /// <summary>Heard from longer ago, or offline for longer than one expected interval.</summary>
    Stale,

    /// <summary>Not heard from for 24 hours, or for six expected intervals if that is longer.</summary>
    Silent,

    /// <summary>Enrolled, but never heard from.</summary>
    Never,
}
