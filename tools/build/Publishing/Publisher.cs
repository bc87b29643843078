using System.Diagnostics;
using System.Text.RegularExpressions;
using EdgeSync.Testbed.Packages;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Build.Publishing;

/// <summary>
/// Runs <c>dotnet publish</c> for the agent, as a developer would, and fails if the binary is too large or this repository's code causes a warning
/// about trimming or AOT. MSBuild decides what has to be compiled again.
/// </summary>
internal sealed partial class Publisher(Repository repository, Shell shell)
{
    /// <summary>The runtime identifier of this machine's binaries.</summary>
    public const string LocalRuntime = "linux-x64";

    /// <summary>The runtime identifier that is cross-compiled.</summary>
    public const string ArmRuntime = "linux-arm64";

    /// <summary>Publishes for a runtime identifier such as <c>linux-x64</c> and returns the path of the binary.</summary>
    public async Task<string> PublishAsync(string runtime)
    {
        await PackageInstaller.InstallAsync(DebianPackage.Publishing.Concat(runtime == ArmRuntime ? DebianPackage.ArmPublishing : []), Console.WriteLine);
        var watch = Stopwatch.StartNew();
        Console.WriteLine($"publishing the agent for {runtime} (NativeAOT: about three minutes, seconds if nothing changed)");
        await CompileAsync(runtime);
        var binary = repository.BinaryFor(runtime);
        var size = SizeBudget.Check(new FileInfo(binary).Length);
        Console.WriteLine($"published {binary}: {size}, {watch.Elapsed.TotalSeconds:0} s");
        return binary;
    }

    private async Task CompileAsync(string runtime)
    {
        var warnings = new HashSet<string>(StringComparer.Ordinal);
        var lines = new List<string>();
        var exitCode = await Ticker.WatchAsync(shell.RunAsync(
            "dotnet",
            ["publish", repository.AgentProject, "-r", runtime, "-v", "q", "--nologo", "-p:IlcTreatWarningsAsErrors=false"],
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

        // Packages may cause warnings of their own; a warning that names one of our projects is ours.
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

    [GeneratedRegex(@"\b(warning|error) IL[23]\d{3}\b")]
    private static partial Regex Diagnostic();

    [GeneratedRegex(@"\s*\[[^\]]*\]$")]
    private static partial Regex ProjectSuffix();
}
