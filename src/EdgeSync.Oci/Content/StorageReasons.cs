namespace EdgeSync.Oci.Content;

/// <summary>The reason codes of <see cref="EdgeSync.Primitives.Failures.StorageException"/> that a content store raises.</summary>
public static class StorageReasons
{
    /// <summary>Content that is asked for is not in the store.</summary>
    public const string ContentMissing = nameof(ContentMissing);

    /// <summary>Content in the store has another size or digest than its name says.</summary>
    public const string ContentDamaged = nameof(ContentDamaged);

    /// <summary>The folder is no OCI image layout that can be read.</summary>
    public const string LayoutInvalid = nameof(LayoutInvalid);

    /// <summary>The disk is full, or would be.</summary>
    public const string DiskFull = nameof(DiskFull);

    /// <summary>Another process writes this content just now.</summary>
    public const string ContentBusy = nameof(ContentBusy);
}
