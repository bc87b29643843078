using System.Diagnostics.Metrics;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;

namespace EdgeSync.Hq.Monitoring;

/// <summary>HQ's metrics, named by the conventions of OpenTelemetry. docs/hq.md lists them with their Prometheus names.</summary>
internal sealed class HqMetrics
{
    public const string MeterName = "EdgeSync.Hq";

    private readonly Counter<long> _entries;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _duration;
    private readonly FleetProjection _fleet;
    private readonly TimeProvider _clock;

    public HqMetrics(IMeterFactory meters, FleetProjection fleet, BrokerHealth broker, TimeProvider clock)
    {
        (_fleet, _clock) = (fleet, clock);
        var meter = meters.Create(MeterName);
        _entries = meter.CreateCounter<long>("edgesync.hq.ingest.entries", "{entry}", "Ledger entries that HQ verified and stored.");
        _refused = meter.CreateCounter<long>("edgesync.hq.ingest.refused", "{message}", "Messages that HQ refused and kept as evidence, by reason.");
        _duration = meter.CreateHistogram(
            "edgesync.hq.ingest.duration",
            "s",
            "How long it took to verify and store one batch of messages.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        meter.CreateObservableUpDownCounter("edgesync.hq.sites", CountSites, "{site}", "Enrolled sites, by condition.");
        meter.CreateObservableGauge("edgesync.hq.broker.connected", () => broker.Current.IsConnected ? 1 : 0, null, "1 while HQ receives messages from the broker, else 0.");
    }

    /// <summary>Records one stored batch.</summary>
    public void RecordBatch(IngestPlan plan, TimeSpan duration)
    {
        _duration.Record(duration.TotalSeconds);
        _entries.Add(plan.Entries.Count);
        foreach (var evidence in plan.Evidence)
        {
            _refused.Add(1, new KeyValuePair<string, object?>("reason", evidence.Kind.ToString()));
        }
    }

    // Every condition is reported, with 0 where no site is in it: an alert rule then sees a value and not a gap.
    private IEnumerable<Measurement<long>> CountSites()
    {
        var now = _clock.GetUtcNow();
        var counts = _fleet.Snapshot().CountBy(s => SiteAssessor.Assess(s, now).Condition).ToDictionary();
        return Enum.GetValues<Condition>().Select(c => new Measurement<long>(
            counts.GetValueOrDefault(c), new KeyValuePair<string, object?>("condition", FleetQuery.Camel(c.ToString()))));
    }
}
