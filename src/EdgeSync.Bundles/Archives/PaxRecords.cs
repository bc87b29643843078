using System.Globalization;

namespace EdgeSync.Bundles.Archives;

/// <summary>
/// The extended header of one entry (POSIX pax): lines of <c>LENGTH KEY=VALUE</c>. A path is used, keys that cannot change the meaning of the entry are
/// skipped, and all others are refused.
/// </summary>
internal static class PaxRecords
{
    /// <summary>The largest extended header, in bytes.</summary>
    public const int MaxSize = 64 * 1024;

    /// <summary>The path that the records give the next entry, or null. Throws <see cref="ArchiveException"/>.</summary>
    public static string? ReadPath(ReadOnlySpan<byte> records, bool isGlobal)
    {
        string? path = null;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!records.IsEmpty)
        {
            var (key, value) = Next(ref records);
            if (!seen.Add(key))
            {
                throw new ArchiveException($"an extended header has '{key}' twice");
            }

            if (key == "path" && !isGlobal)
            {
                path = TarHeader.Decode(value, "name");
            }
            else if (key is not ("mtime" or "atime" or "ctime" or "uid" or "gid" or "uname" or "gname" or "comment"))
            {
                throw new ArchiveException($"an extended header has '{key}', which is not allowed");
            }
        }

        return path;
    }

    private static (string Key, byte[] Value) Next(ref ReadOnlySpan<byte> records)
    {
        const int LongestNumber = 6;
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
