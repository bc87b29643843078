using System.Globalization;

namespace EdgeSync.Testbed.Processes;

/// <summary>
/// A cgroup of a node's own, in every hierarchy the machine has: two kubelets on one machine would otherwise each end the other's
/// pods as orphans.
/// </summary>
internal static class Cgroups
{
    private const string Root = "/sys/fs/cgroup";

    /// <summary>Makes the cgroup everywhere and returns its folders.</summary>
    public static IReadOnlyList<string> Create(string name)
    {
        var folders = Hierarchies().Select(h => Path.Combine(h, name)).ToList();
        foreach (var folder in folders)
        {
            Directory.CreateDirectory(folder);
            InheritCpuset(folder);
        }

        return folders;
    }

    public static IEnumerable<ProcessIdentity> ProcessesIn(IEnumerable<string> folders) =>
        folders.Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "cgroup.procs", SearchOption.AllDirectories))
            .SelectMany(ReadProcesses)
            .Select(ProcessIdentity.Read)
            .OfType<ProcessIdentity>()
            .Distinct();

    /// <summary>Removes the cgroups, innermost first; they must be empty.</summary>
    public static void Remove(IEnumerable<string> folders)
    {
        foreach (var folder in folders.Where(Directory.Exists))
        {
            var inside = Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).OrderDescending(StringComparer.Ordinal);
            foreach (var path in inside.ToList().Append(folder))
            {
                TryRemove(path);
            }
        }
    }

    private static IEnumerable<string> Hierarchies() =>
        File.Exists(Path.Combine(Root, "cgroup.controllers"))
            ? [Root]
            : Directory.EnumerateDirectories(Root).Where(d => File.Exists(Path.Combine(d, "cgroup.procs")) && new DirectoryInfo(d).LinkTarget is null);

    // Version 1 of cpuset starts empty, and refuses processes until somebody fills it.
    private static void InheritCpuset(string folder)
    {
        foreach (var file in new[] { "cpuset.cpus", "cpuset.mems" })
        {
            var own = Path.Combine(folder, file);
            var parent = Path.Combine(Path.GetDirectoryName(folder)!, file);
            if (File.Exists(own) && File.Exists(parent) && string.IsNullOrWhiteSpace(File.ReadAllText(own)))
            {
                File.WriteAllText(own, File.ReadAllText(parent).Trim());
            }
        }
    }

    private static IEnumerable<int> ReadProcesses(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Where(id => id > 0)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static void TryRemove(string path)
    {
        try
        {
            // Its files are the kernel's: only a plain rmdir, not a recursive delete, takes a cgroup away.
            Directory.Delete(path, recursive: false);
        }
        catch (IOException)
        {
            // A process that is still being reaped keeps it for a moment; an empty cgroup left over does no harm.
        }
    }
}
