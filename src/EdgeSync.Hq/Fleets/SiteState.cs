using System.Collections.Immutable;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;

namespace EdgeSync.Hq.Fleets;

/// <summary>What HQ knows of one site at one moment. Immutable; a newer one replaces it.</summary>
public sealed record SiteState
{
    public required long Id { get; init; }

    public required SiteKey Key { get; init; }

    public required DateTimeOffset EnrolledAt { get; init; }

    /// <summary>Counts from 1; a new ledger key at re-enrolment begins a new ledger.</summary>
    public required int Ledger { get; init; }

    public required VerificationKey LedgerKey { get; init; }

    public required DateTimeOffset CertificateExpiresAt { get; init; }

    /// <summary>When an operator took the right to renew its certificate away; null where none did.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The newest entry that is stored without a gap; null before the first.</summary>
    public LedgerHead? Head { get; init; }

    /// <summary>When the newest entry was stored, by HQ's clock.</summary>
    public DateTimeOffset? HeadAt { get; init; }

    /// <summary>When the site itself was last heard, by HQ's clock; the broker's will and replays do not count.</summary>
    public DateTimeOffset? LastWordAt { get; init; }

    public PresenceState? Presence { get; init; }

    public DateTimeOffset? PresenceAt { get; init; }

    public SiteStatus? Status { get; init; }

    public string? StatusEventId { get; init; }

    /// <summary>By channel, what the signed ledger proves.</summary>
    public ImmutableDictionary<string, ChannelProof> Proofs { get; init; } = ImmutableDictionary<string, ChannelProof>.Empty;

    /// <summary>The lowest number that came ahead of its turn while entries before it were missing; null where there is no gap.</summary>
    public long? GapFoundAt { get; init; }

    /// <summary>How many entries came again; harmless (MQTT delivers at least once), but counted.</summary>
    public long Duplicates { get; init; }

    /// <summary>How many integrity alerts nobody has reviewed yet.</summary>
    public int OpenEvidence { get; init; }

    /// <summary>The agent's own measure of "often enough".</summary>
    public TimeSpan ExpectedEvery => TimeSpan.FromSeconds(Math.Clamp(Status?.ExpectedEverySeconds ?? 900, 1, 7 * 24 * 3600));
}
