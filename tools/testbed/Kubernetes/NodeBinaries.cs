using System.Diagnostics;
using System.Security.Cryptography;
using EdgeSync.Testbed.Packages;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Kubernetes;

/// <summary>
/// The programs of Kubernetes for a node, which a script builds once from Debian's source package and which stay in the cache. A program that is
/// missing, was changed, was built by an older recipe or does not run is built again.
/// </summary>
public sealed class NodeBinaries
{
    /// <summary>Names what kube-from-debian.sh builds. A new name makes each machine build again.</summary>
    public const string Recipe = "kubernetes-1.20.2-1";

    // What --version prints. It is asked of a program without a record.
    private const string VersionText = "Kubernetes v1.20.";

    private static readonly NodeBinaries Installed = new(TestbedPaths.Kubernetes, Path.Combine(AppContext.BaseDirectory, "kube-from-debian.sh"));
    private static readonly SemaphoreSlim Preparing = new(1);
    private static bool _prepared;

    private readonly string _folder;
    private readonly string _script;

    /// <summary>The programs in a folder, and the script that builds them.</summary>
    public NodeBinaries(string folder, string script)
    {
        _folder = folder;
        _script = script;
    }

    /// <summary>In the order in which a node starts them.</summary>
    public static IReadOnlyList<string> Programs { get; } = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"];

    internal static string PathOf(string program) => Path.Combine(TestbedPaths.Kubernetes, program);

    /// <summary>Installs what a node needs and builds its programs if necessary; checks them once in each process, as that reads 400 MB.</summary>
    internal static async Task PrepareAsync(Action<string> report, CancellationToken cancellationToken)
    {
        await PackageInstaller.InstallAsync(DebianPackage.Node, report, cancellationToken);
        await Preparing.WaitAsync(cancellationToken);
        try
        {
            if (_prepared)
            {
                return;
            }

            await using (await FileLock.AcquireAsync(Path.Combine(TestbedPaths.Cache, ".kubernetes-lock"), cancellationToken))
            {
                var missing = await Installed.FindUnusableAsync(cancellationToken);
                if (missing.Count > 0)
                {
                    await PackageInstaller.InstallAsync(DebianPackage.NodeBuild, report, cancellationToken);
                    await Installed.BuildAsync(missing, report, cancellationToken);
                }
            }

            _prepared = true;
        }
        finally
        {
            Preparing.Release();
        }
    }

    /// <summary>The programs that have to be built, in the order in which a node needs them.</summary>
    public async Task<IReadOnlyList<string>> FindUnusableAsync(CancellationToken cancellationToken)
    {
        var unusable = new List<string>();
        foreach (var program in Programs)
        {
            if (!await IsUsableAsync(program, cancellationToken))
            {
                unusable.Add(program);
            }
        }

        return unusable;
    }

    /// <summary>Builds programs, and reports each step and how long it has taken.</summary>
    public async Task BuildAsync(IReadOnlyList<string> programs, Action<string> report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(programs);
        ArgumentNullException.ThrowIfNull(report);
        report($"building {programs.Count} Kubernetes programs for the node from Debian's source package (once; about 10 minutes for all four on two cores)");
        var watch = Stopwatch.StartNew();
        using var build = Process.Start(new ProcessStartInfo("bash", [_script, _folder, Recipe, .. programs]) { RedirectStandardOutput = true })!;
        try
        {
            var step = "starting";
            while (await Ticker.WatchAsync(build.StandardOutput.ReadLineAsync(cancellationToken).AsTask(), tick => report($"  {step}:{tick}")) is { } line)
            {
                step = line.StartsWith(' ') ? step : line;
                report($"  [{watch.Elapsed.TotalSeconds,4:0} s] {line}");
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
            throw new TestbedException("NodeNotBuilt", $"The node's programs could not be built; {_folder} holds source.log and build.log.");
        }

        report($"built the node's programs in {watch.Elapsed.TotalSeconds:0} s");
    }

    private async Task<bool> IsUsableAsync(string program, CancellationToken cancellationToken)
    {
        var path = Path.Combine(_folder, program);
        var record = $"{path}.built";
        if (!File.Exists(path))
        {
            return false;
        }

        var expected = $"{await HashAsync(path, cancellationToken)} {Recipe}";
        if (File.Exists(record))
        {
            return (await File.ReadAllTextAsync(record, cancellationToken)).Trim() == expected;
        }

        // Built before there were records, or interrupted before the record was written.
        if (!await RunsAsync(path, cancellationToken))
        {
            return false;
        }

        await File.WriteAllTextAsync(record, expected + "\n", cancellationToken);
        return true;
    }

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    private static async Task<bool> RunsAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var result = await PeerTool.At(path).RunAsync(cancellationToken, "--version");
            return result.ExitCode == 0 && result.Output.Contains(VersionText, StringComparison.Ordinal);
        }
        catch (Exception notRunnable) when (notRunnable is System.ComponentModel.Win32Exception or TestbedException)
        {
            return false;
        }
    }
}
