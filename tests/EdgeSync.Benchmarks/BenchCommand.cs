using System.CommandLine;
using EdgeSync.Benchmarks.Measuring;
using EdgeSync.Benchmarks.Reports;
using EdgeSync.Primitives.Failures;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.Benchmarks;

/// <summary>The command line: which measurements, how long, and where the result goes.</summary>
internal static class BenchCommand
{
    public static RootCommand Create(CancellationToken cancellationToken)
    {
        var only = new Option<string[]>("--only") { Description = $"Measure only these: {string.Join(", ", Suite.All.Select(b => b.Name))}." };
        only.AcceptOnlyFromAmong([.. Suite.All.Select(b => b.Name)]);
        var idleMinutes = Count("--idle-minutes", 3, "How many minutes to watch the idle site.");
        var runs = Count("--runs", 20, "How often to start the binary and its peer.");
        var releases = Count("--releases", 5, "How many small releases to publish.");
        var objects = new Option<int[]>("--objects")
        {
            Description = "How many objects to apply; may be given several times.", DefaultValueFactory = _ => [10, 100, 1000],
        };
        var withoutControllers = new Option<bool>("--without-controllers")
        {
            Description = "Apply objects only where no controller looks at them.",
        };
        var markdown = new Option<FileInfo?>("--markdown") { Description = "Write the result as Markdown into this file too." };
        var before = new Option<FileInfo?>("--before") { Description = "An earlier binary; it is measured first, and its values are shown beside the new ones." };
        var strict = new Option<bool>("--strict") { Description = "End with 1 if an aim is missed." };
        var root = new RootCommand("Measures the published binary on real parts: a node, a registry, a broker and HQ.")
        {
            only, idleMinutes, runs, releases, objects, withoutControllers, before, markdown, strict,
        };
        root.SetAction(parsed => RunAsync(
            new BenchOptions
            {
                Only = parsed.GetValue(only) ?? [],
                Before = parsed.GetValue(before),
                IdleTime = TimeSpan.FromMinutes(parsed.GetValue(idleMinutes)),
                Runs = parsed.GetValue(runs),
                Releases = parsed.GetValue(releases),
                Objects = parsed.GetValue(objects) ?? [],
                WithoutControllers = parsed.GetValue(withoutControllers),
            },
            parsed.GetValue(markdown),
            parsed.GetValue(strict),
            cancellationToken));
        return root;
    }

    private static async Task<int> RunAsync(BenchOptions options, FileInfo? markdown, bool strict, CancellationToken cancellationToken)
    {
        var program = EdgeSyncProgram.Find();
        var machine = await MachineFacts.ReadAsync(program, cancellationToken);
        ConsoleReport.Write(machine);
        IReadOnlyList<BenchmarkResult> earlier = options.Before is { } before
            ? await MeasureAsync(EdgeSyncProgram.At(before.FullName), options, cancellationToken)
            : [];
        var results = await MeasureAsync(program, options, cancellationToken);
        if (markdown is not null)
        {
            await File.WriteAllTextAsync(markdown.FullName, MarkdownReport.Create(machine, options, results, earlier), cancellationToken);
            Console.WriteLine($"\nwritten to {markdown.FullName}");
        }

        var missed = results.Sum(r => r.Findings.Measurements.Count(m => m.Holds == false));
        Console.WriteLine($"\n{(missed == 0 ? "every aim holds" : $"{missed} aims missed")}");
        return strict && missed > 0 ? ExitCodes.Failure : ExitCodes.Ok;
    }

    private static async Task<IReadOnlyList<BenchmarkResult>> MeasureAsync(EdgeSyncProgram program, BenchOptions options, CancellationToken cancellationToken)
    {
        Console.WriteLine($"\nmeasuring {program.Path}");
        var results = new List<BenchmarkResult>();
        await using var context = new BenchContext(program, options);
        foreach (var benchmark in Suite.Choose(options.Only))
        {
            var load = MachineFacts.ReadLoad();
            Console.WriteLine($"\n== {benchmark.Name}: {benchmark.Title} (load average {load})");
            var result = new BenchmarkResult(benchmark.Name, benchmark.Title, load, await benchmark.RunAsync(context, cancellationToken));
            ConsoleReport.Write(result);
            results.Add(result);
        }

        return results;
    }

    private static Option<int> Count(string name, int standard, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{name} is a number from 1");
            }
        });
        return option;
    }
}
