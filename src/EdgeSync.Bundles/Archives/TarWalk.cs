namespace EdgeSync.Bundles.Archives;

/// <summary>Goes through the entries of one tar archive. Links, devices, sparse files and everything unknown end it.</summary>
internal sealed class TarWalk(GzipReader source, ArchiveDialect dialect)
{
    private readonly byte[] _block = new byte[TarHeader.BlockSize];
    private readonly List<ArchiveFile> _files = [];

    // Two names that differ in case only are one file on some systems, and a file cannot be a folder as well.
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _folders = new(StringComparer.OrdinalIgnoreCase);
    private readonly TarExtensions _extensions = new();
    private int _entries;
    private long _linked;

    private bool IsForeign => dialect == ArchiveDialect.Foreign;

    public IReadOnlyList<ArchiveFile> Run()
    {
        while (ReadHeader() is { } header)
        {
            if (IsForeign && TarExtensions.IsExtension(header.Type))
            {
                _extensions.Add(header.Type, ReadContent(header, TarExtensions.MaxSize));
            }
            else if (++_entries > ArchiveLimits.MaxEntries)
            {
                throw new ArchiveException($"it has more than {ArchiveLimits.MaxEntries} entries");
            }
            else
            {
                Take(_extensions.Complete(header));
            }
        }

        return _extensions.IsPending ? throw new ArchiveException("it ends behind an extended header") : _files;
    }

    private void Take(TarHeader header)
    {
        switch (header.Type)
        {
            case TarHeader.File:
            case TarHeader.ContiguousFile when IsForeign:
                TakeFile(Checked(header.Name), () => ReadContent(header, ArchiveLimits.MaxFileSize));
                break;
            case TarHeader.HardLink when IsForeign && header.Size == 0 && Find(Checked(header.Link)) is { } target:
                TakeLink(header, target);
                break;
            case TarHeader.Folder when IsForeign:
                TakeFolder(header);
                break;
            case TarHeader.VolumeLabel or TarHeader.FolderContents or TarHeader.SolarisAccess when IsForeign:
                ReadContent(header, ArchiveLimits.MaxFileSize);
                break;
            default:
                throw new ArchiveException($"'{Printable(header.Name)}' is {Describe(header.Type)}; only regular files are allowed");
        }
    }

    // A hard link is the name of a file that came before, and never of one outside.
    private ArchiveFile? Find(string path) => _files.Find(file => file.Path == path);

    private void TakeFile(string name, Func<ReadOnlyMemory<byte>> read)
    {
        if (!_names.Add(name) || _folders.Contains(name))
        {
            throw new ArchiveException($"'{Printable(name)}' appears twice, or in two spellings");
        }

        for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = name.IndexOf('/', slash + 1))
        {
            _folders.Add(name[..slash]);
            if (_names.Contains(name[..slash]))
            {
                throw new ArchiveException($"'{Printable(name[..slash])}' is a file and a folder");
            }
        }

        _files.Add(new ArchiveFile(name, read()));
    }

    // A small archive may link to a large file many times.
    private void TakeLink(TarHeader header, ArchiveFile target)
    {
        _linked += target.Content.Length;
        if (_linked > ArchiveLimits.MaxUnpackedSize)
        {
            throw new ArchiveException($"its hard links name more than {ArchiveLimits.MaxUnpackedSize} bytes");
        }

        TakeFile(Checked(header.Name), () => target.Content);
    }

    private void TakeFolder(TarHeader header)
    {
        var name = header.Name.TrimEnd('/');
        if (header.Size != 0)
        {
            throw new ArchiveException($"the folder '{Printable(name)}' has content");
        }

        if (name is "." or "")
        {
            return;
        }

        var path = Checked(name);
        _folders.Add(path);
        if (_names.Contains(path))
        {
            throw new ArchiveException($"'{Printable(path)}' is a file and a folder");
        }
    }

    private string Checked(string name)
    {
        var path = IsForeign && name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        return ArchivePath.Problem(path, dialect) is { } problem
            ? throw new ArchiveException($"the name '{Printable(name)}' is refused: {problem}")
            : path;
    }

    private byte[] ReadContent(TarHeader header, int limit)
    {
        if (header.Size > limit)
        {
            throw new ArchiveException($"'{Printable(header.Name)}' has {header.Size} bytes, more than {limit}");
        }

        // The buffer grows with the bytes that arrive, so that a false size in a header costs no memory.
        using var content = new MemoryStream();
        for (var left = header.Size; left > 0; left -= TarHeader.BlockSize)
        {
            if (!TryReadBlock())
            {
                throw new ArchiveException($"'{Printable(header.Name)}' is cut off");
            }

            var used = (int)Math.Min(left, TarHeader.BlockSize);
            content.Write(_block, 0, used);
            if (_block.AsSpan(used).ContainsAnyExcept((byte)0))
            {
                throw new ArchiveException($"there are bytes behind the end of '{Printable(header.Name)}'");
            }
        }

        return content.ToArray();
    }

    // Null at the end of the archive: two blocks of zeros, with only zeros behind them.
    private TarHeader? ReadHeader()
    {
        if (!TryReadBlock())
        {
            throw new ArchiveException("it ends without its end mark");
        }

        if (_block.AsSpan().ContainsAnyExcept((byte)0))
        {
            return TarHeader.Read(_block, dialect);
        }

        var zeros = 1;
        for (; TryReadBlock(); zeros++)
        {
            if (_block.AsSpan().ContainsAnyExcept((byte)0))
            {
                throw new ArchiveException("it has content behind its end");
            }
        }

        return zeros >= 2 ? null : throw new ArchiveException("it ends without its end mark");
    }

    private bool TryReadBlock()
    {
        var filled = 0;
        while (filled < _block.Length)
        {
            var read = source.Read(_block.AsSpan(filled));
            if (read == 0)
            {
                return filled == 0 ? false : throw new ArchiveException("it is cut off in a block");
            }

            filled += read;
        }

        return true;
    }

    private static string Describe(char type) => type switch
    {
        '1' => "a hard link to what is not in the archive before it",
        '2' => "a symbolic link",
        '3' or '4' => "a device",
        '5' => "a folder",
        '6' => "a pipe",
        'S' => "a sparse file",
        'M' => "a part of a file that begins in another volume",
        'L' or 'K' => "a long name of GNU tar",
        'x' or 'g' or 'X' => "an extended header",
        _ => $"of the unknown type {(int)type}",
    };

    // Names from an archive go to terminals and logs, so they are cut and have no control characters.
    private static string Printable(string text)
    {
        var shown = new string([.. text.Take(120).Select(c => char.IsControl(c) ? '?' : c)]);
        return text.Length > 120 ? shown + "…" : shown;
    }
}
