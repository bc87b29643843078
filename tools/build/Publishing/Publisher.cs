using System.Diagnostics;
using System.Text.RegularExpressions;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Build.Publishing;

/// <summary>Makes the NativeAOT binary of the agent, with SQLite linked in and no warning of ours about trimming or AOT.</summary>
internal sealed partial class Publisher(Repository repository, Shell shell)
{
    private const string Runtime = "linux-x64";
    private static readonly string[] Archives = ["/usr/lib/x86_64-linux-gnu/libsqlite3.a", "/usr/lib64/libsqlite3.a", "/usr/lib/libsqlite3.a"];

    /// <summary>The path of the binary, published now unless nothing has changed since the last time.</summary>
    public async Task<string> PublishAsync()
    {
        var framework = await new FrameworkProbe(repository, shell).FindAsync();
        var archive = Archives.FirstOrDefault(File.Exists)
            ?? throw new BuildException("There is no libsqlite3.a on this machine: install libsqlite3-dev.", BuildException.Unavailable);
        var binary = Path.Combine(repository.Published, "edgesync");
        var stampFile = Path.Combine(repository.Published, ".stamp");
        var revision = await SourceRevision.FindAsync(shell);
        var stamp = SourceStamp.Compute(
            repository, framework, archive, await shell.CaptureAsync("dotnet", ["--version"]), revision.HasChanges ? "changed" : "committed");
        if (File.Exists(binary) && File.Exists(stampFile) && await File.ReadAllTextAsync(stampFile) == stamp)
        {
            Report(binary, framework, "up to date");
            return binary;
        }

        var watch = Stopwatch.StartNew();
        Console.WriteLine($"publishing the agent for {framework}, {Runtime} (NativeAOT, two minutes; the first time longer)");
        await CompileAsync(framework, archive, revision);
        SizeBudget.Check(new FileInfo(Path.Combine(Output(framework), "edgesync")).Length);
        Move(framework, binary);
        await File.WriteAllTextAsync(stampFile, stamp);
        Report(binary, framework, $"{watch.Elapsed.TotalSeconds:0} s");
        return binary;
    }

    private async Task CompileAsync(string framework, string archive, SourceRevision revision)
    {
        var warnings = new HashSet<string>(StringComparer.Ordinal);
        var lines = new List<string>();
        var exitCode = await Ticker.WatchAsync(shell.RunAsync(
            "dotnet",
            [
                "publish", repository.AgentProject, "-c", "Release", "-f", framework, "-r", Runtime, "-v", "q", "--nologo",
                $"-p:PublishFramework={framework}", "-p:PublishAot=true", $"-p:SqliteArchive={archive}", "-p:TrimmerSingleWarn=false", "-p:IlcTreatWarningsAsErrors=false",
                $"-p:PublishDir={Output(framework)}/",
                .. revision.Name is { } name ? [$"-p:SourceRevisionId={name}"] : Array.Empty<string>(),
            ],
            line =>
            {
                lines.Add(line);
                if (Diagnostic().IsMatch(line))
                {
                    // The project at the end is the published one in every line, also for the code of packages.
                    warnings.Add(ProjectSuffix().Replace(line, ""));
                }
            }), Console.WriteLine);
        if (exitCode != 0)
        {
            throw new BuildException($"dotnet publish ended with {exitCode}:\n{string.Join('\n', lines.Distinct())}");
        }

        // Packages may warn about themselves; what names one of our projects is ours.
        var ours = warnings.Where(w => w.Contains("EdgeSync.", StringComparison.Ordinal)).ToList();
        if (warnings.Count > ours.Count)
        {
            Console.WriteLine($"{warnings.Count - ours.Count} warnings of packages about trimming or AOT, none of this code");
        }

        if (ours.Count > 0)
        {
            throw new BuildException($"{ours.Count} warnings about trimming or AOT:\n{string.Join('\n', ours)}");
        }
    }

    private string Output(string framework) => repository[$"artifacts/aot/out/{framework}"];

    private void Move(string framework, string binary)
    {
        Directory.CreateDirectory(repository.Published);
        foreach (var name in new[] { "edgesync", "edgesync.dbg" })
        {
            // A new file under the old name: a running agent keeps the one it was started from.
            var target = Path.Combine(Path.GetDirectoryName(binary)!, name);
            File.Copy(Path.Combine(Output(framework), name), target + ".new", overwrite: true);
            File.Move(target + ".new", target, overwrite: true);
        }
    }

    private static void Report(string binary, string framework, string how) =>
        Console.WriteLine($"{binary}: {SizeBudget.Check(new FileInfo(binary).Length)}, {framework}, {Runtime} ({how})");

    [GeneratedRegex(@"\b(warning|error) IL[23]\d{3}\b")]
    private static partial Regex Diagnostic();

    [GeneratedRegex(@"\s*\[[^\]]*\]$")]
    private static partial Regex ProjectSuffix();
}
