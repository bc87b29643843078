using System.Diagnostics;
using System.Diagnostics.Metrics;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Kubernetes.Apply;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation;

/// <summary>Counts what the pipeline does (docs/metrics.md). The steps report here when something is done. Safe for use by several threads.</summary>
public sealed class PipelineMetrics
{
    private const string ChannelTag = "edgesync.channel";
    private const string ReasonTag = "edgesync.reason";

    private readonly Counter<long> _passes;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _fetched;
    private readonly Counter<long> _changes;
    private readonly Counter<long> _repairs;
    private readonly Counter<long> _acknowledgements;

    /// <summary>Creates the instruments in this meter.</summary>
    public PipelineMetrics(Meter meter)
    {
        ArgumentNullException.ThrowIfNull(meter);
        _passes = meter.CreateCounter<long>("edgesync.passes", "{pass}", "Passes from polling to the end of what could be done.");
        _failures = meter.CreateCounter<long>("edgesync.failures", "{failure}", "Passes that ended with a failure.");
        _fetched = meter.CreateCounter<long>("edgesync.fetched", "By", "Bytes received from registries for bundles.");
        _changes = meter.CreateCounter<long>("edgesync.changes", "{object}", "Objects that the agent changed in the cluster.");
        _repairs = meter.CreateCounter<long>("edgesync.repairs", "{repair}", "Repairs of drift.");
        _acknowledgements = meter.CreateCounter<long>("edgesync.acknowledgements", "{entry}", "Acknowledgements that the pipeline wrote to the ledger.");
    }

    /// <summary>Bytes came from a registry.</summary>
    public void AddFetched(long bytes) => _fetched.Add(bytes);

    /// <summary>A pass of a channel ended. <paramref name="failure"/> is the reason code of what failed, or null.</summary>
    internal void AddPass(string channel, string? failure)
    {
        _passes.Add(1, KeyValuePair.Create<string, object?>(ChannelTag, channel));
        AddFailure(channel, failure);
    }

    /// <summary>Following a channel, or keeping what is live, failed for this reason; nothing where it is null.</summary>
    internal void AddFailure(string channel, string? failure)
    {
        if (failure is not null)
        {
            _failures.Add(1, KeyValuePair.Create<string, object?>(ChannelTag, channel), KeyValuePair.Create<string, object?>(ReasonTag, failure));
        }
    }

    /// <summary>The cluster took these changes. Objects that were as they should be do not count.</summary>
    internal void AddChanges(string channel, IEnumerable<ObjectChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Action is ChangeAction.Created or ChangeAction.Configured or ChangeAction.Recreated or ChangeAction.Deleted)
            {
                _changes.Add(
                    1, KeyValuePair.Create<string, object?>(ChannelTag, channel), KeyValuePair.Create<string, object?>("edgesync.action", change.Action.ToString()));
            }
        }
    }

    /// <summary>These acknowledgements are on disk.</summary>
    internal void AddAcknowledgements(string channel, IReadOnlyList<AcknowledgementDraft> acknowledgements)
    {
        foreach (var draft in acknowledgements)
        {
            var tags = new TagList { { ChannelTag, channel }, { "edgesync.event", draft.Event.ToString() } };
            if (draft.Reason is { } reason)
            {
                tags.Add(ReasonTag, reason);
            }

            _acknowledgements.Add(1, tags);
            if (draft.Event == AcknowledgementEvent.Repaired)
            {
                _repairs.Add(1, KeyValuePair.Create<string, object?>(ChannelTag, channel));
            }
        }
    }
}
