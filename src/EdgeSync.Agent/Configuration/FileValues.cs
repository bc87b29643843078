using EdgeSync.Primitives.Storage;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Configuration;

/// <summary>Reads paths from a section. Relative ones begin at the folder of the configuration file.</summary>
internal static class FileValues
{
    /// <summary>A folder, which does not have to exist.</summary>
    public static string Folder(this YamlSection section, string key, string fallback) =>
        Path.GetFullPath(section.OptionalText(key) ?? fallback, section.File.Folder);

    /// <summary>A readable file; null when the key is missing.</summary>
    public static string? OptionalFile(this YamlSection section, string key)
    {
        if (section.OptionalText(key) is not { } text)
        {
            return null;
        }

        var full = Path.GetFullPath(text, section.File.Folder);
        CheckFile(section.File, full, problem => section.Fault(key, problem));
        return full;
    }

    /// <summary>A required readable file; empty after a fault.</summary>
    public static string RequiredFile(this YamlSection section, string key, string example)
    {
        section.Require(key, example);
        return section.OptionalFile(key) ?? "";
    }

    /// <summary>As <see cref="OptionalFile"/>, with a warning when other users can read or change the file.</summary>
    public static string? OptionalSecretFile(this YamlSection section, string key)
    {
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;
        var file = section.OptionalFile(key);
        if (section.File.ChecksFiles && File.Exists(file) && (File.GetUnixFileMode(file) & Others) != 0)
        {
            section.Warn(key, $"every user of this machine can read or change '{file}'; run 'chmod 600 {file}'");
        }

        return file;
    }

    /// <summary>The readable files of a list. Naming a file twice is a fault.</summary>
    public static IReadOnlyList<string> Files(this YamlSection section, string key)
    {
        var files = new List<string>();
        foreach (var item in section.Items(key).Where(item => item.IsText("the path of a file")))
        {
            var full = Path.GetFullPath(item.Text, section.File.Folder);
            CheckFile(section.File, full, item.Fault);
            if (files.Contains(full, StringComparer.Ordinal))
            {
                item.Fault($"'{full}' appears twice; one key counts once");
            }

            files.Add(full);
        }

        return files;
    }

    private static void CheckFile(YamlFile configuration, string file, Action<string> fault)
    {
        if (!configuration.ChecksFiles)
        {
            return;
        }

        if (Directory.Exists(file))
        {
            fault($"'{file}' is a folder; write the path of a file");
            return;
        }

        try
        {
            using var opened = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            fault($"no such file '{file}'; a relative path begins at {configuration.Folder}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            fault($"cannot read '{file}': {FileFaults.Describe(file, failure)}");
        }
    }
}
