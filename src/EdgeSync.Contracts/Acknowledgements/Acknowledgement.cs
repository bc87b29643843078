using EdgeSync.Contracts.Checks;
using EdgeSync.Primitives;

namespace EdgeSync.Contracts.Acknowledgements;

/// <summary>
/// One entry of a site's ledger: the payload of a DSSE envelope signed by the site's key (payload type <see cref="MediaType"/>). Each entry
/// names the hash of the entry before, so that a missing, reordered or forged entry is detected.
/// </summary>
public sealed record Acknowledgement
{
    /// <summary>The payload type in the envelope.</summary>
    public const string MediaType = "application/vnd.edgesync.acknowledgement.v1+json";

    /// <summary>The most characters that <see cref="Message"/> may have.</summary>
    public const int MaxMessageLength = 4096;

    /// <summary>The value of <see cref="Schema"/> that this version reads and writes.</summary>
    public const string CurrentSchema = "edgesync.dev/acknowledgement/v1";

    /// <summary>The format's name and version.</summary>
    public string Schema { get; set; } = CurrentSchema;

    /// <summary>The fleet that the site belongs to.</summary>
    public required string Fleet { get; init; }

    /// <summary>The site that sends it.</summary>
    public required string Site { get; init; }

    /// <summary>Counts from 1 without gaps.</summary>
    public required long Number { get; init; }

    /// <summary>The digest of the payload bytes of entry <see cref="Number"/> − 1; null in the first entry.</summary>
    public Digest? Previous { get; init; }

    /// <summary>When it happened, by the site's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>False where the site has reason to doubt its clock.</summary>
    public bool ClockTrusted { get; set; } = true;

    /// <summary>What happened.</summary>
    public required AcknowledgementEvent Event { get; init; }

    /// <summary>The release it happened to; null for events about no release.</summary>
    public AcknowledgedRelease? Release { get; init; }

    /// <summary>The trust that counts from here on, where another root or list of revocations was taken; or null.</summary>
    public AcknowledgedTrust? Trust { get; init; }

    /// <summary>Answer and checks of a preflight; or null.</summary>
    public PreflightReport? Preflight { get; init; }

    /// <summary>What became of the changes of a night; or null.</summary>
    public NightReport? Night { get; init; }

    /// <summary>The stage of the pipeline in which it happened, or null.</summary>
    public PipelineStage? Stage { get; init; }

    /// <summary>Stable reason code in CamelCase (see <see cref="ReasonCodes"/>); null where all is well.</summary>
    public string? Reason { get; init; }

    /// <summary>One sentence for people: what, on which object, why.</summary>
    public string? Message { get; init; }

    /// <summary>How long it took, in milliseconds, or null.</summary>
    public long? DurationMs { get; init; }

    /// <summary>
    /// The fingerprint of the site's live state after it: equal on two sites that have what the same bundle says in the same namespace, and different
    /// where an object was edited or something is left over.
    /// </summary>
    public Digest? Fingerprint { get; init; }

    /// <summary>The last events and the last lines of the logs of what failed, line by line, for people; or null.</summary>
    public IReadOnlyList<string>? Details { get; init; }
}
