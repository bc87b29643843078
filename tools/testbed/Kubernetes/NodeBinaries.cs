using System.Diagnostics;
using EdgeSync.Testbed.Packages;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>Kubernetes' own programs, built once from Debian's source package and kept in the cache.</summary>
internal static class NodeBinaries
{
    private static readonly string[] Programs = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"];

    public static bool AreBuilt => Programs.All(p => File.Exists(PathOf(p)));

    public static string PathOf(string program) => Path.Combine(TestbedPaths.Kubernetes, program);

    /// <summary>Builds them if they are not there; some minutes, with a line of progress for each step.</summary>
    public static async Task PrepareAsync(Action<string> report, CancellationToken cancellationToken)
    {
        await PackageInstaller.InstallAsync(DebianPackage.Node, report, cancellationToken);
        if (AreBuilt)
        {
            return;
        }

        await using (await FileLock.AcquireAsync(Path.Combine(TestbedPaths.Cache, ".kubernetes-lock"), cancellationToken))
        {
            if (!AreBuilt)
            {
                await PackageInstaller.InstallAsync(DebianPackage.NodeBuild, report, cancellationToken);
                report("building the node's Kubernetes programs from Debian's source package (once; 10 to 20 minutes)");
                await BuildAsync(report, cancellationToken);
            }
        }
    }

    private static async Task BuildAsync(Action<string> report, CancellationToken cancellationToken)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "kube-from-debian.sh");
        using var build = Process.Start(new ProcessStartInfo("bash", [script, TestbedPaths.Kubernetes]) { RedirectStandardOutput = true })!;
        try
        {
            while (await Ticker.WatchAsync(build.StandardOutput.ReadLineAsync(cancellationToken).AsTask(), report) is { } line)
            {
                report("  " + line);
            }

            await build.WaitForExitAsync(cancellationToken);
        }
        finally
        {
            if (!build.HasExited)
            {
                build.Kill(entireProcessTree: true);
            }
        }

        if (build.ExitCode != 0)
        {
            throw new TestbedException("NodeNotBuilt", $"The node's programs could not be built; {TestbedPaths.Kubernetes} holds source.log and build.log.");
        }
    }
}
