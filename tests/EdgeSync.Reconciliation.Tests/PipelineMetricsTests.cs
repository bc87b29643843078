using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Kubernetes.Manifests;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Tests;

public sealed class PipelineMetricsTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly Progress<PipelineProgress> Nobody = new();
    private readonly Meter _meter = new("tests");
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _sums = [];
    private readonly ConcurrentDictionary<string, string?> _units = [];

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Counters_OfEachKind_HaveTheirUnitsAndTags()
    {
        Listen(_meter);
        var metrics = new PipelineMetrics(_meter);

        metrics.AddFetched(40);
        metrics.AddFetched(2);
        metrics.AddPass("stable", failure: null);
        metrics.AddPass("stable", "RegistryUnreachable");
        metrics.AddChanges("stable", [Change("a", ChangeAction.Created), Change("b", ChangeAction.Created), Change("c", ChangeAction.Deleted), Change("d", ChangeAction.Unchanged)]);
        metrics.AddAcknowledgements(
            "stable",
            [
                new AcknowledgementDraft(AcknowledgementEvent.Repaired, null),
                new AcknowledgementDraft(AcknowledgementEvent.Failed, null) { Reason = "HealthFailed" },
            ]);

        Assert.Equal(
            new Dictionary<string, long>
            {
                ["edgesync.fetched"] = 42,
                ["edgesync.passes edgesync.channel=stable"] = 2,
                ["edgesync.failures edgesync.channel=stable edgesync.reason=RegistryUnreachable"] = 1,
                ["edgesync.changes edgesync.channel=stable edgesync.action=Created"] = 2,
                ["edgesync.changes edgesync.channel=stable edgesync.action=Deleted"] = 1,
                ["edgesync.acknowledgements edgesync.channel=stable edgesync.event=Repaired"] = 1,
                ["edgesync.acknowledgements edgesync.channel=stable edgesync.event=Failed edgesync.reason=HealthFailed"] = 1,
                ["edgesync.repairs edgesync.channel=stable"] = 1,
            },
            new Dictionary<string, long>(_sums));
        Assert.Equal(
            ["edgesync.acknowledgements {entry}", "edgesync.changes {object}", "edgesync.failures {failure}", "edgesync.fetched By", "edgesync.passes {pass}", "edgesync.repairs {repair}"],
            _units.Select(unit => $"{unit.Key} {unit.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Worker_ReleaseThenDrift_CountsPassesAcknowledgementsAndTheRepair()
    {
        using var world = await LiveWorld.CreateAsync();
        Listen(world.Meter);
        world.Publish(1);
        await using var worker = world.StartWorker();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);

        await worker.PassAsync(Nobody, default).WaitAsync(Bound);
        world.Drift();
        await world.Repairs.WaitAsync(Bound);
        await worker.PassAsync(Nobody, default).WaitAsync(Bound);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Bound));

        Assert.InRange(_sums["edgesync.passes edgesync.channel=stable"], 2, 10);
        Assert.Equal(1, _sums["edgesync.acknowledgements edgesync.channel=stable edgesync.event=Healthy"]);
        Assert.Equal(1, _sums["edgesync.repairs edgesync.channel=stable"]);
        Assert.True(_sums["edgesync.changes edgesync.channel=stable edgesync.action=Configured"] >= 1);
        Assert.DoesNotContain(_sums.Keys, key => key.StartsWith("edgesync.failures", StringComparison.Ordinal));
    }

    private static ObjectChange Change(string name, ChangeAction action) => new(new ObjectId("v1", "ConfigMap", "shop", name), action);

    private void Listen(Meter meter)
    {
        _listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == meter)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var key = string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]);
            _sums.AddOrUpdate(key, value, (_, sum) => sum + value);
            _units[instrument.Name] = instrument.Unit;
        });
        _listener.Start();
    }
}
