using System.Globalization;
using System.Text;

namespace EdgeSync.Bundles.Archives;

/// <summary>
/// Writes a content layer so that the same files always give the same bytes, on every machine and with every runtime: sorted by path, in plain
/// ustar, without owners, times and modes of their own.
/// </summary>
public static class ContentArchiveWriter
{
    private const int NameLength = 100;
    private const int PrefixLength = 155;

    /// <summary>The layer's bytes. Throws <see cref="BundleException"/> with all files that a site would refuse.</summary>
    public static byte[] Write(IEnumerable<ArchiveFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var sorted = files.OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        Check(sorted);

        using var tar = new MemoryStream();
        foreach (var file in sorted)
        {
            tar.Write(HeaderOf(file));
            tar.Write(file.Content.Span);
            Pad(tar);
        }

        tar.Write(new byte[2 * TarHeader.BlockSize]);
        return GzipWriter.Write(tar.ToArray());
    }

    private static void Check(List<ArchiveFile> files)
    {
        var faults = new List<BundleFault>();
        foreach (var file in files)
        {
            if (ArchivePath.Problem(file.Path) is { } problem)
            {
                faults.Add(new BundleFault($"this file's name cannot go into a bundle: {problem}", file.Path));
            }
            else if (!TrySplit(file.Path, out _, out _))
            {
                faults.Add(new BundleFault($"this file's name is longer than an archive can hold; shorten it to {NameLength} characters", file.Path));
            }

            if (file.Content.Length > ArchiveLimits.MaxFileSize)
            {
                faults.Add(new BundleFault($"this file has {file.Content.Length} bytes; at most {ArchiveLimits.MaxFileSize} can go into a bundle", file.Path));
            }
        }

        foreach (var twice in files.GroupBy(file => file.Path, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            faults.Add(new BundleFault("another file has this name, or one that differs in upper and lower case only", twice.Last().Path));
        }

        var total = files.Sum(file => TarHeader.BlockSize + TarHeader.Padded(file.Content.Length)) + (2 * TarHeader.BlockSize);
        if (files.Count > ArchiveLimits.MaxEntries || total > ArchiveLimits.MaxUnpackedSize)
        {
            faults.Add(new BundleFault(
                $"the bundle has {files.Count} files of {total} bytes; at most {ArchiveLimits.MaxEntries} files of {ArchiveLimits.MaxUnpackedSize} bytes are possible"));
        }

        if (faults.Count > 0)
        {
            throw new BundleException(faults);
        }
    }

    private static byte[] HeaderOf(ArchiveFile file)
    {
        TrySplit(file.Path, out var prefix, out var name);
        var header = new byte[TarHeader.BlockSize];
        Put(0, name);
        Put(100, "0000644\0");
        Put(108, "0000000\0");
        Put(116, "0000000\0");
        Put(124, Convert.ToString(file.Content.Length, 8).PadLeft(11, '0') + "\0");
        Put(136, "00000000000\0");
        Put(156, "0");
        Put(257, "ustar\0" + "00");
        Put(329, "0000000\0");
        Put(337, "0000000\0");
        Put(345, prefix);
        Put(148, string.Create(CultureInfo.InvariantCulture, $"{Convert.ToString(TarHeader.ChecksumOf(header), 8).PadLeft(6, '0')}\0 "));
        return header;

        void Put(int offset, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(offset));
    }

    // A long path is split at a slash; the first part goes into the prefix.
    private static bool TrySplit(string path, out string prefix, out string name)
    {
        (prefix, name) = ("", path);
        if (path.Length <= NameLength)
        {
            return true;
        }

        var slash = path.LastIndexOf('/', Math.Min(path.Length - 1, PrefixLength));
        if (slash < 1 || path.Length - slash - 1 > NameLength)
        {
            return false;
        }

        (prefix, name) = (path[..slash], path[(slash + 1)..]);
        return true;
    }

    private static void Pad(MemoryStream tar) => tar.Write(new byte[TarHeader.Padded(tar.Length) - tar.Length]);
}
