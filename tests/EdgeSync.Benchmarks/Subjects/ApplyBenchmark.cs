using System.Globalization;
using EdgeSync.Benchmarks.Apply;
using EdgeSync.Benchmarks.Measuring;

namespace EdgeSync.Benchmarks.Subjects;

/// <summary>What it costs to bring many objects into a cluster and to keep them there, beside the least that is possible and beside kubectl.</summary>
internal sealed class ApplyBenchmark : IBenchmark
{
    private const double Mebibyte = 1024 * 1024;
    private const int ManyObjects = 1000;
    private readonly List<Measurement> _measurements = [];

    public string Name => "apply";

    public string Title => "applying and repairing many objects";

    public async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        _measurements.Clear();
        var tables = new List<DetailTable>();
        foreach (var hasControllers in context.Options.WithoutControllers ? [false] : new[] { false, true })
        {
            foreach (var count in context.Options.Objects)
            {
                BenchContext.Say($"{count} objects {(hasControllers ? "with" : "without")} controllers");

                // A cluster for each, so that none pays for the objects of the one before.
                await using var site = await ApplySite.StartAsync(context.Program, hasControllers, cancellationToken);
                tables.Add(await MeasureAsync(site, new MixedObjects(count, hasControllers), cancellationToken));
            }
        }

        return new Findings([.. _measurements])
        {
            Tables = tables,
            Notes =
            [
                "The floor is one server-side apply an object, four at a time, from the benchmark's own process. `kubectl apply --server-side` runs without validation of its own. EdgeSync is `edgesync sync`, a process of its own that also asks the registry and verifies signatures; for the deleted object it is the daemon. Requests are those that the API server's audit log has, without open watches; its processor time is that of API server and etcd. `in API` is the time from the first request to the last answer. With controllers, one object in 20 is a Deployment without replicas.",
            ],
        };
    }

    private async Task<DetailTable> MeasureAsync(ApplySite site, MixedObjects objects, CancellationToken cancellationToken)
    {
        var changed = Math.Max(1, objects.Count / 100);
        await site.Patches.CreateNamespaceAsync("floor", cancellationToken);
        await site.Patches.CreateNamespaceAsync("kubectl", cancellationToken);
        await site.Patches.RunAsync(objects.Create("floor", 0).Take(1).ToList(), cancellationToken);
        var rows = new List<(string Phase, string Who, ApplyRun Run)>
        {
            ("first", "floor", await site.ApplyBareAsync(objects.Create("floor", 0), cancellationToken)),
            ("first", "kubectl", await site.ApplyByKubectlAsync(objects.Create("kubectl", 0), cancellationToken)),
        };
        await site.ReleaseAsync("1.0.0", "site", objects.Create("site", 0), cancellationToken);
        rows.Add(("first", "edgesync", await site.SyncAsync(cancellationToken)));

        rows.Add(("nothing changed", "floor", await site.ApplyBareAsync(objects.Create("floor", 0), cancellationToken)));
        rows.Add(("nothing changed", "kubectl", await site.ApplyByKubectlAsync(objects.Create("kubectl", 0), cancellationToken)));
        rows.Add(("nothing changed", "edgesync", await site.SyncAsync(cancellationToken)));

        rows.Add(("1 % changed", "floor", await site.ApplyBareAsync(objects.Create("floor", changed), cancellationToken)));
        rows.Add(("1 % changed", "kubectl", await site.ApplyByKubectlAsync(objects.Create("kubectl", changed), cancellationToken)));
        await site.ReleaseAsync("1.0.1", "site", objects.Create("site", changed), cancellationToken);
        rows.Add(("1 % changed", "edgesync", await site.SyncAsync(cancellationToken)));

        var victim = objects.Create("site", changed)[^1];
        var (repair, watching) = await site.RepairAsync(victim, cancellationToken);
        rows.Add(("one deleted", "edgesync", repair));
        _measurements.Add(Measurement.AtMost($"{Describe(objects)}: resident memory of the daemon that watches them", watching / Mebibyte, 60, "MiB"));

        Judge(objects, rows.ToDictionary(row => (row.Phase, row.Who), row => row.Run));
        return new DetailTable(
            Describe(objects),
            ["phase", "who", "wall s", "in API s", "CPU s", "server CPU s", "peak MiB", "requests", "by verb"],
            [.. rows.Select(row => Row(row.Phase, row.Who, row.Run))]);
    }

    private void Judge(MixedObjects objects, Dictionary<(string Phase, string Who), ApplyRun> runs)
    {
        var (floor, first) = (runs[("first", "floor")], runs[("first", "edgesync")]);
        var (nothing, deleted) = (runs[("nothing changed", "edgesync")], runs[("one deleted", "edgesync")]);
        var kinds = objects.Create("site", 0).Select(item => (string)item["kind"]!).Distinct().Count();
        var what = Describe(objects);
        _measurements.Add(Measurement.AtMost($"{what}: requests of the first apply, for each object", first.Count / (double)objects.Count, 1.05, ""));
        if (objects.Count >= ManyObjects)
        {
            _measurements.Add(Measurement.AtMost($"{what}: first apply, share of the floor's time", first.Client.Elapsed / floor.Client.Elapsed, 1.2, "times"));
            _measurements.Add(Measurement.AtMost($"{what}: first apply, share of the floor's processor time", first.Client.Cpu / floor.Client.Cpu, 1.5, "times"));
            _measurements.Add(Measurement.AtMost($"{what}: nothing changed, in the API", nothing.InApi.TotalMilliseconds, 100, "ms"));
        }

        _measurements.Add(Measurement.AtMost($"{what}: nothing changed, lists for each kind", nothing.Requests.Count(request => request.Verb == "list") / (double)(kinds + 1), 1, "lists"));
        _measurements.Add(new Measurement($"{what}: nothing changed, requests of the whole process", nothing.Count.ToString(CultureInfo.InvariantCulture)));
        _measurements.Add(Measurement.AtMost($"{what}: a deleted object is back after", deleted.Client.Elapsed.TotalSeconds, 1, "s"));
        _measurements.Add(Measurement.AtMost($"{what}: requests for a deleted object", deleted.Count, 3, ""));
    }

    private static string Describe(MixedObjects objects) =>
        string.Create(CultureInfo.InvariantCulture, $"{objects.Count} objects {(objects.HasWorkloads ? "with" : "without")} controllers");

    private static IReadOnlyList<string> Row(string phase, string who, ApplyRun run) =>
    [
        phase, who, Seconds(run.Client.Elapsed), Seconds(run.InApi), Seconds(run.Client.Cpu), Seconds(run.ServerCpu),
        run.Client.PeakMemory == 0 ? "" : (run.Client.PeakMemory / Mebibyte).ToString("0", CultureInfo.InvariantCulture),
        run.Count.ToString(CultureInfo.InvariantCulture), run.ByVerb,
    ];

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
}
