using System.Globalization;
using System.Text;

namespace EdgeSync.Testbed.Processes;

/// <summary>Finds the processes of a run in /proc, including those that nobody recorded: the children of children.</summary>
internal static class ProcessTable
{
    /// <summary>Set in every process that a run starts; children inherit it, so it finds what double-forked away.</summary>
    public const string RunMarker = "EDGESYNC_TESTBED_RUN";

    /// <summary>Set in the processes of one node of a run.</summary>
    public const string NodeMarker = "EDGESYNC_TESTBED_NODE";

    /// <summary>Those with the marker and those recorded that are alive, and all their descendants; never the caller itself.</summary>
    public static IReadOnlyList<ProcessIdentity> Find(string variable, string value, IEnumerable<ProcessIdentity> recorded)
    {
        var parents = ReadParents();
        var marker = Encoding.UTF8.GetBytes($"{variable}={value}\0");
        var found = recorded.Where(p => p.IsAlive).Select(p => p.Id).ToHashSet();
        found.UnionWith(parents.Keys.Where(id => HasMarker(id, marker)));

        // A container's processes have an environment of their own, so follow the family tree as well.
        for (var before = -1; before != found.Count;)
        {
            before = found.Count;
            found.UnionWith(parents.Where(p => found.Contains(p.Value)).Select(p => p.Key));
        }

        found.Remove(Environment.ProcessId);
        return [.. found.Select(ProcessIdentity.Read).OfType<ProcessIdentity>()];
    }

    private static Dictionary<int, int> ReadParents()
    {
        var parents = new Dictionary<int, int>();
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var id) && ProcessIdentity.ReadStat(id) is { } stat)
            {
                parents[id] = stat.Parent;
            }
        }

        return parents;
    }

    private static bool HasMarker(int id, ReadOnlySpan<byte> marker)
    {
        try
        {
            return id != Environment.ProcessId && File.ReadAllBytes($"/proc/{id}/environ").AsSpan().IndexOf(marker) >= 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
