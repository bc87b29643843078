namespace EdgeSync.Bundles.Archives;

/// <summary>The bounds of a content layer. They hold for the builder too, so that no bundle is built that a site refuses.</summary>
public static class ArchiveLimits
{
    /// <summary>The largest layer as it travels, in bytes.</summary>
    public const int MaxPackedSize = 32 * 1024 * 1024;

    /// <summary>The most that a layer may unpack to, headers and padding among it, in bytes.</summary>
    public const int MaxUnpackedSize = 64 * 1024 * 1024;

    /// <summary>The largest file, in bytes.</summary>
    public const int MaxFileSize = 16 * 1024 * 1024;

    /// <summary>The most entries.</summary>
    public const int MaxEntries = 4096;

    /// <summary>How many times larger than the layer its content may be, once it is larger than <see cref="FreeRatioSize"/>.</summary>
    public const int MaxRatio = 200;

    /// <summary>Up to this many unpacked bytes any ratio is fine: a small file of blanks is no bomb.</summary>
    public const int FreeRatioSize = 1024 * 1024;
}
