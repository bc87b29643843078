using System.Globalization;
using EdgeSync.Benchmarks.Measuring;

namespace EdgeSync.Benchmarks.Subjects;

/// <summary>How often an idle site asks its API server.</summary>
internal sealed class RequestsBenchmark : IBenchmark
{
    private const double Aim = 2;

    public string Name => "requests";

    public string Title => "API requests of an idle site";

    public async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var idle = await context.GetIdleAsync(cancellationToken);
        var own = idle.Requests.Where(r => r.IsOfSite).ToList();
        var minutes = idle.Length.TotalMinutes;
        var plain = own.Count(r => !r.IsWatch);
        var others = idle.Requests.Count - own.Count;
        return new Findings(
            Measurement.AtMost("API requests a minute, idle", plain / minutes, Aim, "a minute", $"{plain / minutes:0.00} a minute ({plain} in {minutes:0.0} minutes)"),
            new Measurement("watches renewed, idle", $"{own.Count(r => r.IsWatch) / minutes:0.00} a minute"),
            new Measurement("requests of Kubernetes itself meanwhile", $"{others / minutes:0.0} a minute"))
        {
            Notes =
            [
                "Counted by the API server: its audit log says who asked (user agent), for what and when. A watch is one request that stays open for minutes; the server ends it after a while, and renewing it is counted apart.",
            ],
            Tables =
            [
                Table("Requests of the site in the idle time", own),
                Table("Watches that the site opened before", idle.SiteWatchesBefore),
            ],
        };
    }

    private static DetailTable Table(string title, IEnumerable<Cluster.AuditRequest> requests) => new(
        title, ["verb", "resource", "count"],
        [
            .. requests.GroupBy(r => (r.Verb, r.Resource)).OrderByDescending(g => g.Count())
                .Select(g => (IReadOnlyList<string>)[g.Key.Verb, g.Key.Resource, g.Count().ToString(CultureInfo.InvariantCulture)]),
        ]);
}
