namespace EdgeSync.Bundles.Publishing;

/// <summary>How a blob came to be in the target repository.</summary>
public enum BlobWay
{
    /// <summary>It was there already.</summary>
    Present,

    /// <summary>The registry took it over from another of its repositories.</summary>
    Mounted,

    /// <summary>It was sent.</summary>
    Sent,
}
