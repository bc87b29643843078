namespace EdgeSync.Primitives.Storage;

/// <summary>Looks at a file on a medium that is not ours before it is opened: to open a pipe may wait for ever.</summary>
public static class RegularFile
{
    /// <summary>
    /// The length, in bytes, of the file that a path leads to in the end; 0 for a pipe or a device, null where there is none. Throws
    /// <see cref="IOException"/> for links that lead in a circle.
    /// </summary>
    public static long? LengthOf(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
        {
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        }

        return file is { Exists: true } ? file.Length : null;
    }
}
