using EdgeSync.Benchmarks.Measuring;
using EdgeSync.Benchmarks.Network;
using EdgeSync.Benchmarks.Sites;

namespace EdgeSync.Benchmarks.Subjects;

/// <summary>What an idle site sends and receives in an hour.</summary>
internal sealed class WireBenchmark : IBenchmark
{
    private const int PollsPerHour = 60;
    private const int ReportsPerHour = 4;
    private const int LapsedReports = 3;
    private static readonly TimeSpan DefaultReport = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LapsedReport = TimeSpan.FromSeconds(20);

    public string Name => "wire";

    public string Title => "bytes on the wire for an idle hour";

    public async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var idle = await context.GetIdleAsync(cancellationToken);
        var perHour = TimeSpan.FromHours(1) / idle.Length;
        var polls = Math.Max(idle.Polls, 1);
        var registry = idle.Registry.OnTheWire * (double)PollsPerHour / polls;
        var broker = idle.Broker.OnTheWire * perHour;
        string how;
        if (idle.Length < DefaultReport)
        {
            var lapsed = await MeasureReportsAsync(await context.GetSiteAsync(cancellationToken), cancellationToken);
            broker += lapsed.OnTheWire * (double)ReportsPerHour / LapsedReports;
            how = $"The idle time is shorter than the {DefaultReport.TotalMinutes:0} minutes of keep-alive and report, so these are measured apart: the daemon again with `hq.keepAlive` and `hq.reportEvery` of {LapsedReport.TotalSeconds:0} s and no polls, {LapsedReports} periods, {lapsed.OnTheWire} bytes in {lapsed.Segments} segments; four periods an hour are added to the {idle.Broker.OnTheWire} bytes of the idle time, scaled.";
        }
        else
        {
            how = $"The broker's bytes hold whole periods of keep-alive and report ({DefaultReport.TotalMinutes:0} minutes) and are scaled by time.";
        }

        return new Findings(
            new Measurement("idle hour, registry", $"{registry / 1000:0.0} kB ({PollsPerHour} polls of {idle.Registry.OnTheWire / polls} bytes)"),
            new Measurement("idle hour, broker", $"{broker / 1000:0.0} kB"),
            new Measurement("idle hour, both", $"{(registry + broker) / 1000:0.0} kB"))
        {
            Notes =
            [
                $"Counted by a forwarder on loopback in front of registry and broker: bytes inside TCP, both directions, plus 52 bytes of IP and TCP headers for each segment that the kernel counted, bare acknowledgements too. In {idle.Length.TotalMinutes:0.0} minutes there were {idle.Polls} requests to the registry ({idle.Registry.Payload} bytes, {idle.Registry.Segments} segments, {idle.Registry.Connections} new connections; plain HTTP, TLS would add a handshake for each new connection), scaled to {PollsPerHour} polls an hour (`every: 1m`). {how}",
            ],
        };
    }

    private static async Task<TrafficCount> MeasureReportsAsync(SiteWorld site, CancellationToken cancellationToken)
    {
        BenchContext.Say($"{LapsedReports} periods of keep-alive and report in time lapse");
        await site.StopSiteAsync(cancellationToken);
        var period = $"{LapsedReport.TotalSeconds:0}s";
        site.StartSite(new Dictionary<string, string?>
        {
            ["EDGESYNC_HQ__KEEP_ALIVE"] = period, ["EDGESYNC_HQ__REPORT_EVERY"] = period, ["EDGESYNC_CHANNELS__0__EVERY"] = "1h",
        });

        // Connection, subscriptions and the first status are the start's, not the period's.
        await Task.Delay(LapsedReport * 1.5, TimeProvider.System, cancellationToken);
        var before = site.BrokerLink.Read();
        await Task.Delay(LapsedReport * LapsedReports, TimeProvider.System, cancellationToken);
        var passed = site.BrokerLink.Read() - before;
        await site.StopSiteAsync(cancellationToken);
        site.StartSite();
        return passed;
    }
}
