namespace EdgeSync.Bundles.Archives;

/// <summary>
/// Reads a content layer (tar+gzip) into memory, strictly and within <see cref="ArchiveLimits"/>. Nothing is ever written to a disk by a name from an
/// archive.
/// </summary>
public static class ContentArchiveReader
{
    /// <summary>
    /// All files in the order of the archive. With <paramref name="dialect"/> the archive must be one of <see cref="ContentArchiveWriter"/>, or may
    /// come from other tools. Throws <see cref="BundleException"/> for anything that no honest builder writes.
    /// </summary>
    public static IReadOnlyList<ArchiveFile> Read(ReadOnlyMemory<byte> layer, ArchiveDialect dialect)
    {
        try
        {
            if (layer.Length > ArchiveLimits.MaxPackedSize)
            {
                throw new ArchiveException($"it has more than {ArchiveLimits.MaxPackedSize} bytes");
            }

            using var gzip = new GzipReader(layer);
            return new TarWalk(gzip, dialect).Run();
        }
        catch (ArchiveException failure)
        {
            throw new BundleException($"the content layer cannot be unpacked: {failure.Message}", failure)
            {
                Hint = dialect == ArchiveDialect.Bundle
                    ? "Build the bundle again with 'edgesync bundle build'; what is in this layer was not made by it, or was damaged."
                    : "Pack the folder of manifests again, for example with 'flux push artifact' or 'tar -czf'; it may contain plain files and folders only.",
            };
        }
    }
}

/// <summary>One file of a content layer.</summary>
/// <param name="Path">Its path inside, with forward slashes.</param>
/// <param name="Content">Its bytes.</param>
public sealed record ArchiveFile(string Path, ReadOnlyMemory<byte> Content);

/// <summary>What an archive may contain in addition to plain files.</summary>
public enum ArchiveDialect
{
    /// <summary>Regular files in plain ustar only, as a bundle's content is written.</summary>
    Bundle,

    /// <summary>
    /// Also what other tools write: folders, a leading <c>./</c>, long names of GNU tar, extended headers of POSIX with the keys of vendors, hard links
    /// inside the archive, binary numbers, and the headers of V7 and star.
    /// </summary>
    Foreign,
}
