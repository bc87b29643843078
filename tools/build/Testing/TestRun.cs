using System.Diagnostics;
using EdgeSync.Testbed.Processes;

namespace EdgeSync.Build.Testing;

/// <summary>Runs compiled test projects one after the other, because many of them start servers and nodes.</summary>
internal sealed class TestRun(Repository repository, Shell shell, IReadOnlyDictionary<string, string> environment, string? filter)
{
    // Longer than the slowest single test. Without it, a test that hangs would block the run forever.
    private const string HangTimeout = "15m";

    public async Task<IReadOnlyList<TestResult>> RunAsync(IReadOnlyList<TestProject> projects)
    {
        var results = new List<TestResult>();
        foreach (var project in projects)
        {
            var watch = Stopwatch.StartNew();
            var result = await RunAsync(project);
            results.Add(result);
            Console.WriteLine($"{project.Name,-34} {result.Passed,5} passed {result.Failures.Count,4} failed  {watch.Elapsed.TotalSeconds,6:0.0} s");
        }

        return results;
    }

    private async Task<TestResult> RunAsync(TestProject project)
    {
        var assembly = repository[$"artifacts/bin/{project.Name}/debug/{project.Name}.dll"];
        var folder = repository["artifacts/test-results"];
        var file = Path.Combine(folder, $"{project.Name}.trx");
        Directory.CreateDirectory(folder);
        File.Delete(file);
        List<string> arguments =
        [
            "test", assembly, "--nologo", "--logger", $"trx;LogFileName={file}", "--results-directory", folder,
            "--blame-hang-timeout", HangTimeout, "--blame-hang-dump-type", "none",
        ];
        if (filter is not null)
        {
            arguments.AddRange(["--filter", filter]);
        }

        var output = new List<string>();
        var exitCode = await Ticker.WatchAsync(shell.RunAsync("dotnet", arguments, output.Add, environment), Console.WriteLine);
        return TestResult.Read(project.Name, file, exitCode, output);
    }
}
