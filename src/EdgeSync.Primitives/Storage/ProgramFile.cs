namespace EdgeSync.Primitives.Storage;

/// <summary>Finds programs that others install, as a shell does.</summary>
public static class ProgramFile
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The folders of the variable PATH. Relative ones are left out: what they lead to depends on where the agent was started.</summary>
    public static IReadOnlyList<string> SearchPath() =>
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathRooted)];

    /// <summary>The first program of this name in the folders; null where none has one.</summary>
    public static string? Find(string program, IEnumerable<string> folders)
    {
        ArgumentNullException.ThrowIfNull(folders);
        return folders.Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, program)).FirstOrDefault(path => FindFault(path) is null);
    }

    /// <summary>Why the file is no program that can be started; null where it may be.</summary>
    public static string? FindFault(string path) =>
        FileFaults.FindMissing(path) ?? ((File.GetUnixFileMode(path) & Executable) == 0 ? "it is not executable" : null);
}
