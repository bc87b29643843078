using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation;

namespace EdgeSync.Agent.LocalApi;

/// <summary>One line of the answer to a sync request: progress, and in the last line the status.</summary>
/// <param name="Progress">A step forward, or null in the last line.</param>
/// <param name="Status">The site's status after the pass, in the last line only.</param>
internal sealed record SyncEvent(PipelineProgress? Progress = null, SiteStatus? Status = null);
