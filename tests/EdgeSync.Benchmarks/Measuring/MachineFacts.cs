using System.Globalization;
using System.Runtime.InteropServices;
using EdgeSync.Testbed.Peers;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.Benchmarks.Measuring;

/// <summary>Where and when the values came about.</summary>
internal sealed record MachineFacts(IReadOnlyList<(string Name, string Value)> Rows)
{
    public static async Task<MachineFacts> ReadAsync(EdgeSyncProgram program, CancellationToken cancellationToken)
    {
        var sdk = await PeerTool.Installed("dotnet").RunAsync(cancellationToken, "--version");
        var version = await program.RequireAsync(["version"], cancellationToken);
        return new MachineFacts(
        [
            ("Date", TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
            ("Commit", await ReadCommitAsync(cancellationToken)),
            ("Binary", string.Join(", ", version.Trim().Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))))),
            ("CPU", $"{ReadField("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} cores"),
            ("Memory", $"{Gibibytes(ReadField("/proc/meminfo", "MemTotal"))}"),
            ("Kernel", File.ReadAllText("/proc/sys/kernel/osrelease").Trim()),
            ("System", ReadRelease()),
            (".NET", $"SDK {sdk.EnsureSuccess().Output.Trim()}, the benchmarks on {RuntimeInformation.FrameworkDescription}"),
            ("Load average at start", $"{ReadLoad()} (1, 5, 15 minutes)"),
        ]);
    }

    /// <summary>How many processes wanted a core, over 1, 5 and 15 minutes.</summary>
    public static string ReadLoad() => string.Join(", ", File.ReadAllText("/proc/loadavg").Split(' ')[..3]);

    private static async Task<string> ReadCommitAsync(CancellationToken cancellationToken)
    {
        var git = PeerTool.Installed("git");
        var commit = await git.RunAsync(cancellationToken, "-C", AppContext.BaseDirectory, "rev-parse", "--short=10", "HEAD");
        var changes = await git.RunAsync(cancellationToken, "-C", AppContext.BaseDirectory, "status", "--porcelain", "--", ":/src");
        return commit.ExitCode != 0 ? "unknown" : commit.Output.Trim() + (changes.Output.Trim().Length > 0 ? ", with changes in src" : "");
    }

    private static string ReadField(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";

    private static string ReadRelease() =>
        File.ReadLines("/etc/os-release").FirstOrDefault(l => l.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))?.Split('=', 2)[1].Trim('"') ?? "unknown";

    private static string Gibibytes(string kibibytes) =>
        $"{long.Parse(kibibytes.Split(' ')[0], CultureInfo.InvariantCulture) / 1024.0 / 1024.0:0.0} GiB";
}
