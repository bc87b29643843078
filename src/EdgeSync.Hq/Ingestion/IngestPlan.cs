using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Ingestion;

/// <summary>What a batch of messages changes: stored in one transaction, then shown, then answered.</summary>
internal sealed class IngestPlan
{
    public Dictionary<SiteKey, SiteState> Sites { get; } = [];

    public List<StoredEntry> Entries { get; } = [];

    public List<Evidence> Evidence { get; } = [];

    /// <summary>Sites whose ledger grew, or that have not taken note of how far it is stored.</summary>
    public HashSet<SiteKey> ToConfirm { get; } = [];

    public Dictionary<SiteKey, SiteCommand> Commands { get; } = [];

    public bool IsEmpty => Sites.Count == 0 && Evidence.Count == 0;
}
