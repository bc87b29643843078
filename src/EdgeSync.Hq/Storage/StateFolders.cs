using EdgeSync.Hq.Configuration;

namespace EdgeSync.Hq.Storage;

/// <summary>HQ's folders on disk.</summary>
internal static class StateFolders
{
    /// <summary>Creates the missing folders so that only HQ's user can open them. The mode of an existing folder does not change.</summary>
    public static void Create(HqOptions options)
    {
        foreach (var folder in new[] { options.StateDirectory, options.AuthorityDirectory, options.FormKeyDirectory })
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
