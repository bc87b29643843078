using System.Diagnostics;
using EdgeSync.Testbed.Peers;

namespace EdgeSync.Testbed.Shop;

/// <summary>The published NativeAOT binary, run as people run it: one verb, one process.</summary>
public sealed class EdgeSyncProgram
{
    /// <summary>Names the binary where it is not the one that <c>./build.sh publish</c> made.</summary>
    public const string PathVariable = "EDGESYNC_BINARY";

    /// <summary>Names the binary for arm64 where it is not the one that <c>./build.sh publish --runtime linux-arm64</c> made.</summary>
    public const string ArmPathVariable = "EDGESYNC_BINARY_ARM64";

    private const string ArmRoot = "/usr/aarch64-linux-gnu";

    private readonly string[] _emulator;

    private EdgeSyncProgram(string path, params string[] emulator)
    {
        Path = path;
        _emulator = emulator;
    }

    /// <summary>The binary's file.</summary>
    public string Path { get; }

    /// <summary>Added to this process' own environment; a null value takes a variable away.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; private init; } = new Dictionary<string, string?>();

    /// <summary>The same program, run with these variables.</summary>
    public EdgeSyncProgram With(IReadOnlyDictionary<string, string?> environment) => new(Path, _emulator) { Environment = environment };

    /// <summary>The binary at a path of its own.</summary>
    public static EdgeSyncProgram At(string path) => File.Exists(path)
        ? new EdgeSyncProgram(System.IO.Path.GetFullPath(path))
        : throw new TestbedException("BinaryMissing", $"there is no binary '{path}'") { Subject = path };

    /// <summary>Finds the published binary, from the folder of the running program upward.</summary>
    public static EdgeSyncProgram Find() => new(FindPath(PathVariable, "linux-x64"));

    /// <summary>Finds the published binary for arm64, which runs in QEMU with Debian's OpenSSL for that processor.</summary>
    public static async Task<EdgeSyncProgram> FindArmAsync(CancellationToken cancellationToken = default)
    {
        var libraries = System.IO.Path.GetDirectoryName(await DebianArchive.FetchAsync(DebianTool.ArmOpenSsl, cancellationToken));
        return new EdgeSyncProgram(
            FindPath(ArmPathVariable, "linux-arm64"), PeerTool.Installed("qemu-aarch64").Path, "-L", ArmRoot, "-E", $"LD_LIBRARY_PATH={libraries}");
    }

    private static string FindPath(string variable, string runtime)
    {
        if (System.Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named)
        {
            return named;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "artifacts", "publish", "EdgeSync.Agent", $"release_{runtime}", "edgesync");
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new TestbedException("BinaryMissing", "the published binary is missing") { Hint = $"Run './build.sh publish --runtime {runtime}' first." };
    }

    /// <summary>Runs a verb to its end, at most two minutes.</summary>
    public async Task<ToolResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(_emulator.FirstOrDefault() ?? Path, _emulator.Length == 0 ? arguments : [.. _emulator[1..], Path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(TimeSpan.FromMinutes(2));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(bound.Token);
            var error = process.StandardError.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            return new ToolResult($"edgesync {string.Join(' ', arguments)}", process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    /// <summary>Runs a verb that must succeed; returns what it printed. Throws <see cref="TestbedException"/> with its words otherwise.</summary>
    public async Task<string> RequireAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        var result = await RunAsync(arguments, cancellationToken);
        return result.ExitCode == 0
            ? result.Output
            : throw new TestbedException("VerbFailed", $"{result.Command} ended with {result.ExitCode}: {result.Error}{result.Output}");
    }
}
