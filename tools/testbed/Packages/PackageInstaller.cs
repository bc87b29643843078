using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Packages;

/// <summary>Installs by apt what is missing, and starts none of the services that come with it.</summary>
public static class PackageInstaller
{
    private const string ServicePolicy = "/usr/sbin/policy-rc.d";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Installs the missing ones of the packages, telling <paramref name="report"/> beforehand. Fails, naming them, where this
    /// process may not install.
    /// </summary>
    public static async Task InstallAsync(IEnumerable<DebianPackage> packages, Action<string> report, CancellationToken cancellationToken = default)
    {
        var missing = packages.Where(p => !p.IsInstalled).Select(p => p.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var names = string.Join(' ', missing);
        if (!Environment.IsPrivilegedProcess)
        {
            throw new TestbedException("PackagesMissing", $"These packages are not installed: {names}.")
            {
                ExitCode = ExitCodes.Unavailable,
                Hint = $"Run this again as root, or: sudo apt-get install --no-install-recommends {names}",
            };
        }

        report($"installing {names} (a minute or two)");
        await using (await FileLock.AcquireAsync(Path.Combine(TestbedPaths.Cache, ".apt-lock"), cancellationToken))
        {
            // One source of the machine that is stale or away need not matter: whether the packages are to be had is asked next.
            var update = await RunAsync(["update", "-qq"], report, cancellationToken);
            var install = await WithoutServicesAsync(
                () => RunAsync(["install", "-y", "-qq", "--no-install-recommends", .. missing], report, cancellationToken), cancellationToken);
            if (install.ExitCode != 0)
            {
                update.EnsureSuccess();
                install.EnsureSuccess();
            }
        }
    }

    // Debian's packages start their services when they are installed, unless this program, if it is there, says no.
    private static async Task<ToolResult> WithoutServicesAsync(Func<Task<ToolResult>> install, CancellationToken cancellationToken)
    {
        if (File.Exists(ServicePolicy))
        {
            return await install();
        }

        await File.WriteAllTextAsync(ServicePolicy, "#!/bin/sh\nexit 101\n", cancellationToken);
        File.SetUnixFileMode(ServicePolicy, (UnixFileMode)0b111_101_101);
        try
        {
            return await install();
        }
        finally
        {
            File.Delete(ServicePolicy);
        }
    }

    private static Task<ToolResult> RunAsync(string[] arguments, Action<string> report, CancellationToken cancellationToken)
    {
        var request = new ToolRequest(["-o", "DPkg::Lock::Timeout=600", .. arguments])
        {
            Environment = new Dictionary<string, string?> { ["DEBIAN_FRONTEND"] = "noninteractive" },
            Timeout = Patience,
        };
        return Ticker.WatchAsync(PeerTool.Installed("apt-get").RunAsync(request, cancellationToken), report);
    }
}
