namespace EdgeSync.Bundles.Archives;

/// <summary>What an archive may hold besides plain files.</summary>
public enum ArchiveDialect
{
    /// <summary>Regular files in plain ustar only, as a bundle's content is written.</summary>
    Bundle,

    /// <summary>Also folders, extended headers with a path, and a leading <c>./</c>, as Flux and tar write them.</summary>
    Foreign,
}
