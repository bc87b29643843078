using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Checks;
using EdgeSync.Primitives;

namespace EdgeSync.Reconciliation.State;

/// <summary>An acknowledgement before the ledger has added number, chain, time and signature.</summary>
public sealed record AcknowledgementDraft(AcknowledgementEvent Event, AcknowledgedRelease? Release)
{
    /// <summary>The trust that counts from here on, or null where it did not change.</summary>
    public AcknowledgedTrust? Trust { get; init; }

    /// <summary>Answer and checks of a preflight, or null.</summary>
    public PreflightReport? Preflight { get; init; }

    /// <summary>What became of the changes of a night, or null.</summary>
    public NightReport? Night { get; init; }

    /// <summary>The stage in which it happened, or null.</summary>
    public PipelineStage? Stage { get; init; }

    /// <summary>The reason code, or null where nothing is wrong.</summary>
    public string? Reason { get; init; }

    /// <summary>One sentence for people, or null.</summary>
    public string? Message { get; init; }

    /// <summary>The last events and log lines of what failed, or null.</summary>
    public IReadOnlyList<string>? Details { get; init; }

    /// <summary>How long it took, or null.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The fingerprint of the site's state afterwards, or null.</summary>
    public Digest? Fingerprint { get; init; }
}
