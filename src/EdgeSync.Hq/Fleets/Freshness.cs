namespace EdgeSync.Hq.Fleets;

/// <summary>How old the last word of a site is, measured by what the site itself calls often enough.</summary>
public enum Freshness
{
    /// <summary>Heard within three times the expected interval, and not offline for longer than one.</summary>
    Fresh,

    /// <summary>Older than that, or offline for longer than one expected interval.</summary>
    Stale,

    /// <summary>No word for 24 hours, or for six times the expected interval where that is longer.</summary>
    Silent,

    /// <summary>Enrolled, and never heard.</summary>
    Never,
}
