using EdgeSync.Primitives;

namespace EdgeSync.Bundles.Archives;

/// <summary>
/// Unpacks the tar archive of an image layout, as <c>skopeo copy … oci-archive:</c> and <c>tar</c> write it, strictly and within bounds. It writes only what
/// verification needs: <c>oci-layout</c>, <c>index.json</c> and small blobs, each under a name that is made here. It skips layers.
/// </summary>
public static class LayoutArchive
{
    /// <summary>The most that is written to the disk for one archive, in bytes.</summary>
    public const long MaxUnpackedBytes = 256 * 1024 * 1024;

    /// <summary>The most entries.</summary>
    public const int MaxEntries = 65536;

    private const string BlobPrefix = "blobs/sha256/";
    private const int MaxIndexBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Unpacks blobs and index into the folder, which must be empty; blobs that are larger than <paramref name="maxBlobBytes"/> are left out. Nothing is
    /// checked against its digest here; the reader of the folder does that. Throws <see cref="BundleException"/> for an archive that no honest tool writes,
    /// and leaves a part of it in the folder.
    /// </summary>
    public static void Unpack(Stream archive, string folder, int maxBlobBytes)
    {
        ArgumentNullException.ThrowIfNull(archive);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256"));
            new Unpacking(archive, folder, maxBlobBytes).Run();
        }
        catch (ArchiveException failure)
        {
            throw new BundleException($"the archive of an image layout cannot be read: {failure.Message}", failure)
            {
                Hint = "Write it with 'skopeo copy … oci-archive:FILE', or with 'tar cf FILE -C LAYOUT .'; a packed one must be unpacked first.",
            };
        }
    }

    private sealed class Unpacking(Stream archive, string folder, int maxBlobBytes)
    {
        private readonly byte[] _block = new byte[TarHeader.BlockSize];
        private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
        private readonly TarExtensions _extensions = new();
        private long _written;

        public void Run()
        {
            for (var entries = 0; ReadHeader() is { } header; entries++)
            {
                if (entries == MaxEntries)
                {
                    throw new ArchiveException($"it has more than {MaxEntries} entries");
                }

                Take(header);
            }

            if (_extensions.IsPending)
            {
                throw new ArchiveException("it ends behind an extended header");
            }
        }

        private void Take(TarHeader header)
        {
            if (TarExtensions.IsExtension(header.Type))
            {
                _extensions.Add(header.Type, ReadExtension(header));
                return;
            }

            header = _extensions.Complete(header);
            switch (header.Type)
            {
                case TarHeader.File or TarHeader.ContiguousFile:
                    TakeFile(header);
                    break;
                case TarHeader.Folder when header.Size == 0:
                    break;
                default:
                    throw new ArchiveException("it has an entry that is neither a file nor a folder");
            }
        }

        private void TakeFile(TarHeader header)
        {
            var name = header.Name.StartsWith("./", StringComparison.Ordinal) ? header.Name[2..] : header.Name;

            // A path is made of a digest and of constant names, never of text from the archive.
            if (name is "oci-layout" or "index.json")
            {
                Write(header.Size <= MaxIndexBytes ? name : throw new ArchiveException($"'{name}' has more than {MaxIndexBytes} bytes"), header.Size);
            }
            else if (header.Size <= maxBlobBytes && name.StartsWith(BlobPrefix, StringComparison.Ordinal)
                && Digest.TryParse("sha256:" + name[BlobPrefix.Length..], out var digest))
            {
                Write(Path.Combine("blobs", "sha256", digest.Hex), header.Size);
            }
            else
            {
                Copy(header.Size, null);
            }
        }

        private void Write(string path, long size)
        {
            if (!_taken.Add(path))
            {
                throw new ArchiveException($"'{path}' appears twice");
            }

            if ((_written += size) > MaxUnpackedBytes)
            {
                throw new ArchiveException($"what must be read of it has more than {MaxUnpackedBytes} bytes");
            }

            using var file = new FileStream(Path.Combine(folder, path), FileMode.CreateNew, FileAccess.Write);
            Copy(size, file);
        }

        private byte[] ReadExtension(TarHeader header)
        {
            if (header.Size > TarExtensions.MaxSize)
            {
                throw new ArchiveException($"an extended header has more than {TarExtensions.MaxSize} bytes");
            }

            using var records = new MemoryStream();
            Copy(header.Size, records);
            return records.ToArray();
        }

        // Moves behind the content and its padding, and copies the content when a target is given.
        private void Copy(long size, Stream? target)
        {
            if (target is null && archive.CanSeek)
            {
                var end = archive.Position + TarHeader.Padded(size);
                archive.Position = end <= archive.Length ? end : throw new ArchiveException("it is cut off");
                return;
            }

            for (var left = size; left > 0; left -= TarHeader.BlockSize)
            {
                if (!TryReadBlock())
                {
                    throw new ArchiveException("it is cut off");
                }

                target?.Write(_block, 0, (int)Math.Min(left, TarHeader.BlockSize));
            }
        }

        // Null at the end of the archive: two blocks of zeros, with only zeros behind them.
        private TarHeader? ReadHeader()
        {
            var zeros = 0;
            while (TryReadBlock())
            {
                if (!_block.AsSpan().ContainsAnyExcept((byte)0))
                {
                    zeros++;
                }
                else
                {
                    return zeros == 0 ? TarHeader.Read(_block, ArchiveDialect.Foreign) : throw new ArchiveException("it has content behind its end");
                }
            }

            return zeros >= 2 ? null : throw new ArchiveException("it ends without its end mark");
        }

        private bool TryReadBlock() => archive.ReadAtLeast(_block, _block.Length, throwOnEndOfStream: false) switch
        {
            0 => false,
            TarHeader.BlockSize => true,
            _ => throw new ArchiveException("it is cut off in a block"),
        };
    }
}
