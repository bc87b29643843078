using System.Globalization;

namespace EdgeSync.Bundles.Archives;

/// <summary>
/// What the headers in front of an entry say about it: the extended headers of POSIX (pax), and the long names of GNU tar. Name, link and size are
/// used; owners, times, attributes and the keys of vendors change nothing that is read here.
/// </summary>
internal sealed class TarExtensions
{
    /// <summary>The largest of these headers, in bytes. A Mac stores whole resource forks in them.</summary>
    public const int MaxSize = 1024 * 1024;

    private const char Extended = 'x';
    private const char SolarisExtended = 'X';
    private const char GlobalExtended = 'g';
    private const char LongName = 'L';
    private const char LongLink = 'K';

    private readonly HashSet<char> _kinds = [];
    private string? _name;
    private string? _link;
    private long? _size;

    /// <summary>Whether the next entry must follow.</summary>
    public bool IsPending => _kinds.Count > 0;

    /// <summary>Whether a header of this type says something about others.</summary>
    public static bool IsExtension(char type) => type is Extended or SolarisExtended or GlobalExtended or LongName or LongLink;

    /// <summary>Takes the content of such a header. Throws <see cref="ArchiveException"/>.</summary>
    public void Add(char type, ReadOnlySpan<byte> content)
    {
        if (type != GlobalExtended && !_kinds.Add(type == SolarisExtended ? Extended : type))
        {
            throw new ArchiveException("an entry has two extended headers of the same kind");
        }

        switch (type)
        {
            case LongName:
                SetName(TarHeader.Decode(content.TrimEnd((byte)0), "name"));
                break;
            case LongLink:
                _link = TarHeader.Decode(content.TrimEnd((byte)0), "link");
                break;
            default:
                ReadRecords(content, isGlobal: type == GlobalExtended);
                break;
        }
    }

    /// <summary>The entry's header with what was said about it.</summary>
    public TarHeader Complete(TarHeader header)
    {
        var completed = header with { Name = _name ?? header.Name, Link = _link ?? header.Link, Size = _size ?? header.Size };
        (_name, _link, _size) = (null, null, null);
        _kinds.Clear();
        return completed;
    }

    private void SetName(string name) =>
        _name = _name is null ? name : throw new ArchiveException("the extended headers of an entry give two names");

    // Lines of LENGTH KEY=VALUE; a value may hold any bytes.
    private void ReadRecords(ReadOnlySpan<byte> records, bool isGlobal)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!records.IsEmpty)
        {
            var (key, value) = Next(ref records);
            if (key is "path" or "linkpath" or "size" && (isGlobal || !seen.Add(key)))
            {
                throw new ArchiveException(isGlobal ? $"a global extended header has '{key}'" : $"an extended header has '{key}' twice");
            }

            switch (key)
            {
                case "path" when value.Length > 0:
                    SetName(TarHeader.Decode(value, "name"));
                    break;
                case "linkpath" when value.Length > 0:
                    _link = TarHeader.Decode(value, "link");
                    break;
                case "size" when value.Length > 0:
                    _size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                        ? size
                        : throw new ArchiveException("an extended header has a size that is no number");
                    break;
                case var _ when key.StartsWith("GNU.sparse.", StringComparison.Ordinal):
                    throw new ArchiveException("it has a sparse file; write the archive without --sparse");
            }
        }
    }

    private static (string Key, byte[] Value) Next(ref ReadOnlySpan<byte> records)
    {
        const int LongestNumber = 7;
        var blank = records.IndexOf((byte)' ');
        if (blank is < 1 or > LongestNumber
            || records[0] == (byte)'0'
            || !int.TryParse(records[..blank], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || length <= blank + 1
            || length > records.Length
            || records[length - 1] != (byte)'\n')
        {
            throw new ArchiveException("an extended header is malformed");
        }

        var record = records[(blank + 1)..(length - 1)];
        var equals = record.IndexOf((byte)'=');
        if (equals < 1)
        {
            throw new ArchiveException("an extended header is malformed");
        }

        records = records[length..];
        return (TarHeader.Decode(record[..equals], "key of an extended header"), record[(equals + 1)..].ToArray());
    }
}
