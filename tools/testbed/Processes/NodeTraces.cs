using System.Diagnostics;

namespace EdgeSync.Testbed.Processes;

/// <summary>What a node leaves outside its folder: bridges, cgroups, and the logs and network records of its pods.</summary>
internal static class NodeTraces
{
    public static void Remove(RunRecord run)
    {
        foreach (var bridge in run.Bridges)
        {
            RemoveLink(bridge);
            RemoveMatching("/var/lib/cni/results", $"{bridge}-*");
        }

        Cgroups.Remove(run.Cgroups);
        if (!Directory.Exists(run.Folder))
        {
            return;
        }

        foreach (var node in Directory.EnumerateDirectories(run.Folder))
        {
            foreach (var pod in NamesIn(Path.Combine(node, "kubelet", "pods")))
            {
                RemoveMatching("/var/log/pods", $"*_{pod}");
            }

            foreach (var sandbox in NamesIn(Path.Combine(node, "containerd", "io.containerd.grpc.v1.cri", "sandboxes")))
            {
                RemoveMatching("/var/lib/cni/results", $"cni-loopback-{sandbox}-*");
            }
        }

        RemoveBrokenLinks("/var/log/containers");
    }

    private static IEnumerable<string> NamesIn(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateDirectories(folder).Select(d => Path.GetFileName(d)) : [];

    private static void RemoveLink(string bridge)
    {
        if (Directory.Exists($"/sys/class/net/{bridge}"))
        {
            using var ip = Process.Start(new ProcessStartInfo("ip", ["link", "delete", bridge]));
            ip?.WaitForExit();
        }
    }

    private static void RemoveMatching(string folder, string pattern)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var path in Directory.EnumerateFileSystemEntries(folder, pattern))
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
    }

    private static void RemoveBrokenLinks(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in new DirectoryInfo(folder).EnumerateFiles().Where(f => f.LinkTarget is not null && !File.Exists(f.LinkTarget)))
        {
            file.Delete();
        }
    }
}
