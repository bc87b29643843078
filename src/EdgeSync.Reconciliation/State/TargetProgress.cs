using System.Text.Json.Serialization;

namespace EdgeSync.Reconciliation.State;

/// <summary>
/// How far a release has durably come at this site. Each value is on disk before the next step begins; after a restart the pipeline goes
/// on from here, and acknowledgements up to here are not written again. Only appended to: the numbers order the steps.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<TargetProgress>))]
public enum TargetProgress
{
    /// <summary>The record is accepted.</summary>
    Received,

    /// <summary>All content is here, its signature verified, and the runtime knows every image.</summary>
    Staged,

    /// <summary>Writing to the cluster may have begun.</summary>
    Activating,

    /// <summary>Every object is healthy; what the bundle no longer has may still be there.</summary>
    Healthy,

    /// <summary>Pruned as well: done.</summary>
    Complete,

    /// <summary>It failed and is quarantined; going back to last-good.</summary>
    RollingBack,

    /// <summary>It failed, and last-good runs again. Done.</summary>
    RolledBack,

    /// <summary>It failed, and there is nothing to go back to. Done.</summary>
    Failed,
}
