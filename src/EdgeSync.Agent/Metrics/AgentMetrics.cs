using System.Diagnostics.Metrics;
using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Metrics;

/// <summary>
/// The metrics of the site's status (docs/metrics.md). They are read when a listener or exporter asks, so that they cost nothing without one.
/// <see cref="EdgeSync.Reconciliation.PipelineMetrics"/> counts what happens.
/// </summary>
internal sealed class AgentMetrics
{
    public const string MeterName = "EdgeSync.Agent";

    private const string ChannelTag = "edgesync.channel";

    private readonly Func<SiteStatus> _status;

    public AgentMetrics(IMeterFactory meters, Func<SiteStatus> status)
    {
        _status = status;
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("edgesync.ledger.entries", () => status().LedgerNumber, "{entry}", "Entries in the site's ledger.");
        meter.CreateObservableGauge("edgesync.outbox.length", () => status().OutboxLength, "{entry}", "Ledger entries that HQ has not confirmed.");
        meter.CreateObservableGauge("edgesync.holds", () => status().Holds?.Count ?? 0, "{hold}", "Holds that keep changes away.");
        meter.CreateObservableGauge("edgesync.notices", () => status().Notices?.Count ?? 0, "{notice}", "Notices about the site itself, such as a doubted clock.");
        meter.CreateObservableGauge("edgesync.clock.trusted", () => status().ClockTrusted ? 1 : 0, "1", "1 while the agent trusts the machine's clock.");
        meter.CreateObservableGauge("edgesync.channel.state", ChannelStates, "1", "1 for the state that the channel is in.");
        meter.CreateObservableGauge("edgesync.registry.last_contact.age", LastContacts, "s", "Time since the channel's registry last answered.");
    }

    private IEnumerable<Measurement<int>> ChannelStates() => _status().Channels.Select(channel => new Measurement<int>(
        1, KeyValuePair.Create<string, object?>(ChannelTag, channel.Channel), KeyValuePair.Create<string, object?>("edgesync.state", channel.State.ToString())));

    private List<Measurement<double>> LastContacts()
    {
        var status = _status();
        return
        [
            .. from channel in status.Channels
               where channel.LastSeen is not null
               select new Measurement<double>(
                   (status.At - channel.LastSeen!.Value).TotalSeconds, KeyValuePair.Create<string, object?>(ChannelTag, channel.Channel)),
        ];
    }
}
