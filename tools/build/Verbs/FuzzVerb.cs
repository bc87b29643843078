using System.CommandLine;
using System.Globalization;
using EdgeSync.Build.Testing;

namespace EdgeSync.Build.Verbs;

/// <summary><c>fuzz</c>: runs the fuzz tests for longer than a test run does, for example at night.</summary>
internal static class FuzzVerb
{
    private const string Project = "EdgeSync.Fuzz.Tests";

    public static Command Create(BuildContext build)
    {
        var seconds = new Option<int>("--seconds") { Description = "How long each target runs, at most 800.", DefaultValueFactory = _ => 60 };
        seconds.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is < 1 or > 800)
            {
                given.AddError("--seconds must be 1 to 800.");
            }
        });
        var seed = new Option<int?>("--seed") { Description = "The seed that a failure printed, to repeat it." };
        var filter = new Option<string?>("--filter") { Description = "Only targets that match, as for 'dotnet test --filter'." };
        var command = new Command("fuzz", "Run every parser of outside bytes on mutated input, and print the number of inputs.") { seconds, seed, filter };
        command.SetAction(async parsed =>
        {
            await build.CompileAsync(Project, build.Repository[$"tests/{Project}"]);
            var report = build.Repository["artifacts/fuzz.txt"];
            File.Delete(report);
            var environment = new Dictionary<string, string>
            {
                ["EDGESYNC_FUZZ_SECONDS"] = parsed.GetValue(seconds).ToString(CultureInfo.InvariantCulture),
                ["EDGESYNC_FUZZ_REPORT"] = report,
            };
            if (parsed.GetValue(seed) is { } chosen)
            {
                environment["EDGESYNC_FUZZ_SEED"] = chosen.ToString(CultureInfo.InvariantCulture);
            }

            var run = new TestRun(build.Repository, build.Shell, environment, parsed.GetValue(filter));
            var results = await run.RunAsync(TestProject.FindAll(build.Repository, "Fuzz"));
            var counts = File.Exists(report) ? await File.ReadAllLinesAsync(report) : [];
            Array.ForEach(counts, Console.WriteLine);
            Console.WriteLine($"{counts.Sum(line => long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)):N0} inputs for {counts.Length} targets");
            return TestResult.Write(results, Console.Out);
        });
        return command;
    }
}
