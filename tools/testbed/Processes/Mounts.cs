namespace EdgeSync.Testbed.Processes;

/// <summary>What kubelet and containerd mounted below a run's folder.</summary>
internal static class Mounts
{
    /// <summary>Unmounts everything below the folder, innermost first.</summary>
    public static void RemoveBelow(string folder)
    {
        // A mount can hide others, which show once it is gone.
        for (var round = 0; round < 5 && Below(folder) is { Count: > 0 } mounts; round++)
        {
            foreach (var mount in mounts)
            {
                _ = NativeMethods.Unmount(mount, NativeMethods.DetachMount);
            }
        }
    }

    /// <summary>The mount points below the folder, innermost first.</summary>
    public static IReadOnlyList<string> Below(string folder) =>
        [.. File.ReadLines("/proc/self/mounts")
            .Select(line => Unescape(line.Split(' ')[1]))
            .Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal))
            .OrderDescending(StringComparer.Ordinal)];

    private static string Unescape(string path) =>
        path.Replace("\\040", " ", StringComparison.Ordinal)
            .Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal)
            .Replace("\\134", "\\", StringComparison.Ordinal);
}
