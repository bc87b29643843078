using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Api;

/// <summary>One site, with the same assessment that the pages show.</summary>
internal sealed record SiteDocument
{
    public required string Fleet { get; init; }

    public required string Site { get; init; }

    public required Condition Condition { get; init; }

    public required Freshness Freshness { get; init; }

    public required string Explanation { get; init; }

    public required DateTimeOffset EnrolledAt { get; init; }

    public required DateTimeOffset CertificateExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public DateTimeOffset? LastWordAt { get; init; }

    public PresenceState? Presence { get; init; }

    public DateTimeOffset? PresenceAt { get; init; }

    public required LedgerDocument Ledger { get; init; }

    public required int OpenEvidence { get; init; }

    /// <summary>Whether another site of the fleet has a newer trust root or revocation list. Null if this site has no root.</summary>
    public bool? TrustBehind { get; init; }

    public SiteStatus? Status { get; init; }

    public static SiteDocument From(FleetRow row) => new()
    {
        Fleet = row.Site.Key.Fleet,
        Site = row.Site.Key.Site,
        Condition = row.Assessment.Condition,
        Freshness = row.Assessment.Freshness,
        Explanation = row.Assessment.Condition is Condition.Silent or Condition.Stale ? DisplayText.Of(row.Assessment.Condition) : row.Assessment.Explanation,
        EnrolledAt = row.Site.EnrolledAt,
        CertificateExpiresAt = row.Site.CertificateExpiresAt,
        RevokedAt = row.Site.RevokedAt,
        LastWordAt = row.Site.LastHeardAt,
        Presence = row.Site.Presence,
        PresenceAt = row.Site.PresenceAt,
        Ledger = LedgerDocument.From(row.Site),
        OpenEvidence = row.Site.OpenEvidence,
        TrustBehind = row.IsTrustBehind,
        Status = row.Site.Status,
    };
}
