using System.Collections.Immutable;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Ledger;

namespace EdgeSync.Hq.Fleets;

/// <summary>What HQ knows about one site. Immutable: a change replaces it.</summary>
public sealed record SiteState
{
    public required long Id { get; init; }

    public required SiteKey Key { get; init; }

    public required DateTimeOffset EnrolledAt { get; init; }

    /// <summary>The number of the current ledger, from 1. A new ledger key at re-enrolment starts a new ledger.</summary>
    public required int Ledger { get; init; }

    public required VerificationKey LedgerKey { get; init; }

    public required DateTimeOffset CertificateExpiresAt { get; init; }

    /// <summary>When an operator revoked the site, so that it cannot renew its certificate. Null if the site is not revoked.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The newest entry that is stored without a gap, or null before the first entry.</summary>
    public LedgerHead? Head { get; init; }

    /// <summary>When HQ stored the newest entry, by HQ's clock.</summary>
    public DateTimeOffset? HeadAt { get; init; }

    /// <summary>When the site itself last sent something, by HQ's clock. Last wills and retained messages from the broker do not count.</summary>
    public DateTimeOffset? LastHeardAt { get; init; }

    public PresenceState? Presence { get; init; }

    public DateTimeOffset? PresenceAt { get; init; }

    public SiteStatus? Status { get; init; }

    public string? StatusEventId { get; init; }

    /// <summary>What the signed ledger proves, by channel.</summary>
    public ImmutableDictionary<string, ChannelProof> Proofs { get; init; } = ImmutableDictionary<string, ChannelProof>.Empty;

    /// <summary>The newest preflight in the signed ledger, or null.</summary>
    public PreflightNote? LastPreflight { get; init; }

    /// <summary>The newest report of a night in the signed ledger, or null.</summary>
    public NightNote? LastNight { get; init; }

    /// <summary>The last time that somebody at HQ asked for a preflight, or null.</summary>
    public PreflightAsk? PreflightAsk { get; init; }

    /// <summary>The lowest number that arrived while entries before it were missing, or null if there is no gap.</summary>
    public long? GapFoundAt { get; init; }

    /// <summary>How many entries arrived again. This is harmless, because MQTT delivers at least once.</summary>
    public long Duplicates { get; init; }

    /// <summary>How many integrity alerts wait for a review.</summary>
    public int OpenEvidence { get; init; }

    /// <summary>How often the site says that it sends a message. Default: 15 minutes.</summary>
    public TimeSpan ExpectedEvery => TimeSpan.FromSeconds(Math.Clamp(Status?.ExpectedEverySeconds ?? 900, 1, 7 * 24 * 3600));
}
