namespace EdgeSync.Bundles.Archives;

/// <summary>
/// Reads a content layer (tar+gzip) into memory, strictly and within <see cref="ArchiveLimits"/>. Nothing is ever written to a disk by a name from an
/// archive.
/// </summary>
public static class ContentArchiveReader
{
    /// <summary>
    /// All files in the archive's order. <paramref name="dialect"/> says whether it must be what <see cref="ContentArchiveWriter"/> writes, or may
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
                Hint = "Build the bundle again with 'edgesync bundle build'; what is in this layer was not made by it, or was damaged.",
            };
        }
    }
}
