using EdgeSync.Bundles.Sources;

namespace EdgeSync.Bundles.Archives;

/// <summary>The rule for paths in a content layer: nothing that could leave a folder, or that two systems would read as two things.</summary>
internal static class ArchivePath
{
    /// <summary>The longest path, in bytes. A ustar header that is split at a slash cannot always hold it.</summary>
    public const int MaxLength = 240;

    /// <summary>
    /// What is wrong with a path, or null. A foreign archive may also use letters beyond ASCII, and any names for files that are not read.
    /// </summary>
    public static string? Problem(string path, ArchiveDialect dialect = ArchiveDialect.Bundle)
    {
        var asciiOnly = dialect == ArchiveDialect.Bundle;
        if (path.Length is 0 or > MaxLength)
        {
            return $"it must have 1 to {MaxLength} characters";
        }

        var isRead = asciiOnly || ManifestNames.IsManifest(path);
        foreach (var character in path)
        {
            if (char.IsControl(character) || character is '\\' or '\uFFFD' || (character is ':' or '"' && isRead) || (asciiOnly && character > '~'))
            {
                return asciiOnly
                    ? "it has a control character, a quote, a colon, a backslash or a letter beyond ASCII"
                    : "it has a control character, a quote, a colon or a backslash";
            }
        }

        return path[0] == '/' ? "it is absolute"
            : path.Split('/').Any(part => part is "" or "." or "..") ? "it has an empty part, '.' or '..'"
            : path.Split('/').Any(part => part[^1] is '.' or ' ' || part[0] == ' ') ? "a part of it begins or ends with a blank, or ends with a dot"
            : null;
    }
}
