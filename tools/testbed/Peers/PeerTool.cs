using System.Diagnostics;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Testbed.Peers;

/// <summary>A program of others, to check our formats against: fetched once, then run as a child process.</summary>
public sealed class PeerTool
{
    private PeerTool(string name, string path)
    {
        Name = name;
        Path = path;
    }

    public string Name { get; }

    public string Path { get; }

    /// <summary>cosign 2: tag scheme and the old bundle format.</summary>
    public static Task<PeerTool> Cosign2Async(CancellationToken cancellationToken = default) => FetchAsync(DebianTool.Cosign2, cancellationToken);

    /// <summary>cosign 3: Sigstore bundles as OCI 1.1 referrers unless told otherwise.</summary>
    public static Task<PeerTool> Cosign3Async(CancellationToken cancellationToken = default) => FetchAsync(DebianTool.Cosign3, cancellationToken);

    public static Task<PeerTool> NotationAsync(CancellationToken cancellationToken = default) => FetchAsync(DebianTool.Notation, cancellationToken);

    public static Task<PeerTool> OrasAsync(CancellationToken cancellationToken = default) => FetchAsync(DebianTool.Oras, cancellationToken);

    public static Task<PeerTool> CraneAsync(CancellationToken cancellationToken = default) => FetchAsync(DebianTool.Crane, cancellationToken);

    public static Task<PeerTool> KustomizeAsync(CancellationToken cancellationToken = default) => FetchAsync(DebianTool.Kustomize, cancellationToken);

    /// <summary>The folder <c>k8s.io</c> with the Go types of Kubernetes' API, and the version of Debian's package.</summary>
    public static async Task<(string Folder, string Version)> KubernetesTypesAsync(CancellationToken cancellationToken = default)
    {
        var file = await DebianArchive.FetchAsync(DebianTool.KubernetesTypes, cancellationToken);
        const string Current = "/current/", File = "/api/core/v1/types.go";
        return (file[..^File.Length], new DirectoryInfo(file[..(file.LastIndexOf(Current, StringComparison.Ordinal) + Current.Length - 1)]).LinkTarget!);
    }

    /// <summary>The machine's own skopeo: newer ones need newer libraries than Debian 12 has.</summary>
    public static PeerTool Skopeo() => Installed("skopeo");

    /// <summary>A program that the machine has installed.</summary>
    public static PeerTool Installed(string program) => FindInstalled(program)
        ?? throw new TestbedException("ToolMissing", $"{program} is not installed.") { Subject = program, Hint = "Run './build.sh restore' as root." };

    /// <summary>A program at a path of its own.</summary>
    internal static PeerTool At(string path) => new(System.IO.Path.GetFileName(path), path);

    /// <summary>A program that the machine may have installed; null if it has not.</summary>
    public static PeerTool? FindInstalled(string program)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin");
        return folders.Select(f => System.IO.Path.Combine(f, program)).FirstOrDefault(File.Exists) is { } path ? new PeerTool(program, path) : null;
    }

    /// <summary>Runs it with these arguments, for two minutes at most.</summary>
    public Task<ToolResult> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        RunAsync(new ToolRequest(arguments), cancellationToken);

    /// <summary>Runs it to its end. One that takes too long is killed, with its children, and is a failure.</summary>
    public async Task<ToolResult> RunAsync(ToolRequest request, CancellationToken cancellationToken = default)
    {
        using var process = Start(request);
        using var patience = new CancellationTokenSource(request.Timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var error = process.StandardError.ReadToEndAsync(either.Token);
            await WriteInputAsync(process, request.Input, either.Token);
            await process.WaitForExitAsync(either.Token);
            return new ToolResult($"{Name} {string.Join(' ', request.Arguments)}", process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TestbedException("ToolTimeout", $"{Name} did not end within {request.Timeout.TotalSeconds:0} s.") { Subject = Name };
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Fetches those that are not in the cache, telling each one.</summary>
    internal static async Task FetchAllAsync(Action<string> report, CancellationToken cancellationToken)
    {
        foreach (var tool in DebianTool.All.Where(t => !File.Exists(DebianArchive.ProgramOf(t))))
        {
            await TimedStep.RunAsync($"fetching {tool.Name}, a peer of the tests", () => FetchAsync(tool, cancellationToken), report);
        }
    }

    private static async Task<PeerTool> FetchAsync(DebianTool tool, CancellationToken cancellationToken) =>
        new(tool.Name, await DebianArchive.FetchAsync(tool, cancellationToken));

    private static async Task WriteInputAsync(Process process, string input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all; its exit code says whether that was well.
        }
    }

    private Process Start(ToolRequest request)
    {
        var start = new ProcessStartInfo(Path, request.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = request.WorkingDirectory ?? "",
        };
        foreach (var (name, value) in request.Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new TestbedException("NotStarted", $"{Name} was not started.");
    }
}
