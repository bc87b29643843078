using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Ingestion;

/// <summary>What a batch of messages changes. HQ stores it in one transaction, then updates the pages, then answers the sites.</summary>
internal sealed class IngestPlan
{
    public Dictionary<SiteKey, SiteState> Sites { get; } = [];

    public List<StoredEntry> Entries { get; } = [];

    public List<Evidence> Evidence { get; } = [];

    public List<StoredDiff> Diffs { get; } = [];

    /// <summary>Sites whose ledger grew, or that do not know yet how far HQ has stored it.</summary>
    public HashSet<SiteKey> ToConfirm { get; } = [];

    public Dictionary<SiteKey, SiteCommand> Commands { get; } = [];

    public bool IsEmpty => Sites.Count == 0 && Evidence.Count == 0;
}
