namespace EdgeSync.Hq.Fleets;

/// <summary>The state of a site in one word. The values are ordered from worst to best, and the worst that applies wins.</summary>
public enum Condition
{
    /// <summary>An integrity alert is open: somebody may be tampering with the site.</summary>
    Suspect,

    /// <summary>A release failed or was refused, and the site has no proven release to run instead.</summary>
    Failed,

    /// <summary>Something that runs is not healthy, or the ledger does not prove what the status claims.</summary>
    Degraded,

    /// <summary>The newest release failed or was refused. The previous release runs, and the signed ledger proves it healthy.</summary>
    LastGood,

    /// <summary>The right release runs, but it has expired and no newer one arrived: somebody may be withholding releases from the site.</summary>
    Frozen,

    /// <summary>The site has sent nothing for a day.</summary>
    Silent,

    /// <summary>The site sends less often than expected.</summary>
    Stale,

    /// <summary>The site is enrolled but has never sent anything.</summary>
    Unheard,

    /// <summary>A release is being rolled out, or waits for approval.</summary>
    Progressing,

    /// <summary>The site was heard from recently, is healthy, and the signed ledger proves it.</summary>
    Healthy,
}
