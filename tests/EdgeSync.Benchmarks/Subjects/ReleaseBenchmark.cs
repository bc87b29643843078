using System.Globalization;
using EdgeSync.Benchmarks.Measuring;
using EdgeSync.Benchmarks.Sites;
using EdgeSync.Testbed;
using EdgeSync.Testbed.Shop;

namespace EdgeSync.Benchmarks.Subjects;

/// <summary>How soon a small release is healthy at the site and known at HQ.</summary>
internal sealed class ReleaseBenchmark : IBenchmark
{
    private const double AimSeconds = 3;
    private const int PolledReleases = 2;

    public string Name => "release";

    public string Title => "from a published release to HQ's stored acknowledgement";

    public async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var site = await context.GetSiteAsync(cancellationToken);
        var hinted = new List<ReleaseTimes>();
        for (var number = 1; number <= context.Options.Releases; number++)
        {
            hinted.Add(await ReleaseAsync(site, $"2.0.{number}", withHint: true, cancellationToken));
            BenchContext.Say($"release {number}: {hinted[^1].Total:0.00} s, of which the pods {hinted[^1].Pods:0.00} s");
        }

        BenchContext.Say($"{PolledReleases} releases without a hint: the next poll finds them");
        var polled = new List<ReleaseTimes>();
        for (var number = 1; number <= PolledReleases; number++)
        {
            polled.Add(await ReleaseAsync(site, $"3.0.{number}", withHint: false, cancellationToken));
        }

        var beyond = new Samples(hinted.Select(t => t.BeyondPods));
        return new Findings(
            new Measurement("release to acknowledged at HQ, median", new Samples(hinted.Select(t => t.Total)).Describe("s", "0.00")),
            new Measurement("of which the pods alone take", new Samples(hinted.Select(t => t.Pods)).Describe("s", "0.00")),
            Measurement.AtMost("release to healthy beyond what the pods take", beyond.Median, AimSeconds, "s", beyond.Describe("s", "0.00")),
            new Measurement("without HQ's hint: release to discovered by poll", new Samples(polled.Select(t => t.Discovered)).Describe("s", "0.0")))
        {
            Notes =
            [
                "From the end of `edgesync release publish`. A program of the operator then tells HQ to hint (`POST …/commands`, lookNow), HQ sends it over MQTT, and the site looks at once: the site's log must name the hint, or the run fails. HQ hints only when it is told to; without a hint the site's poll (`every: 1m`, ±10 %) finds the release, which adds up to 66 s of waiting, shown in the last line.",
                "Times are those of the site's own acknowledgements; *applied* is the API server's answer to the site's last write, *acknowledged* is HQ's time of storing. *Pods alone* is from the API server's answer to the site's apply of the Deployment to the controller's write of the Deployment's status that makes it healthy (both by the audit log): image unpacked from containerd's store, container started, readiness probe passed (period 1 s), the old pod gone. What EdgeSync adds is the rest; 2 s of it are on purpose, as pods count as healthy only when they have stayed so for 2 s.",
            ],
            Tables =
            [
                new DetailTable(
                    "Each release, seconds since its publication", ["release", "discovered", "staged", "applied", "healthy", "acknowledged", "pods alone", "beyond pods"],
                    [.. hinted.Concat(polled).Select(t => (IReadOnlyList<string>)[t.Version, .. t.All.Select(s => s.ToString("0.00", CultureInfo.InvariantCulture))])]),
            ],
        };
    }

    private static async Task<ReleaseTimes> ReleaseAsync(SiteWorld site, string version, bool withHint, CancellationToken cancellationToken)
    {
        var run = new ReleaseRun(site);
        var logged = site.ReadLog().Length;
        await run.PublishAsync(new ShopVersion(version), cancellationToken);
        if (withHint)
        {
            await site.Hq.SendCommandAsync(site.Configuration.Fleet, site.Configuration.Site, cancellationToken: cancellationToken);
        }

        await run.AwaitAcknowledgedAsync(cancellationToken);
        if (site.ReadLog()[logged..].Contains("HQ hints: LookNow", StringComparison.Ordinal) != withHint)
        {
            throw new TestbedException("WrongTrigger", $"the site's log names {(withHint ? "no" : "a")} hint for release {version}");
        }

        return ReleaseTimes.Of(version, run, site.Audit.Read(run.Published, run.Acknowledged));
    }
}
