using System.Diagnostics.Metrics;
using EdgeSync.Agent.Metrics;
using EdgeSync.Contracts.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeSync.Agent.Tests.Metrics;

public sealed class AgentMetricsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Listener_Asks_GetsTheStatusAsNumbers()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        _ = new AgentMetrics(factory, () => new SiteStatus
        {
            Fleet = "retail",
            Site = "store-0042",
            Agent = "0.1.0",
            At = Now,
            ClockTrusted = false,
            LedgerNumber = 12,
            OutboxLength = 5,
            Channels = [new ChannelStatus { Channel = "stable", State = ChannelState.Healthy, Since = Now, LastSeen = Now.AddSeconds(-90) }],
        });
        var values = new Dictionary<string, (double Value, string Unit, string Tags)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == AgentMetrics.MeterName && instrument.Meter.Scope == factory)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));

        listener.Start();
        listener.RecordObservableInstruments();

        Assert.Equal((12, "{entry}", ""), values["edgesync.ledger.entries"]);
        Assert.Equal((5, "{entry}", ""), values["edgesync.outbox.length"]);
        Assert.Equal((0, "{hold}", ""), values["edgesync.holds"]);
        Assert.Equal((0, "{notice}", ""), values["edgesync.notices"]);
        Assert.Equal((0, "1", ""), values["edgesync.clock.trusted"]);
        Assert.Equal((1, "1", "edgesync.channel=stable edgesync.state=Healthy"), values["edgesync.channel.state"]);
        Assert.Equal((90, "s", "edgesync.channel=stable"), values["edgesync.registry.last_contact.age"]);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            values[instrument.Name] = (value, instrument.Unit!, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")));
    }
}
