using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;
using EdgeSync.Primitives;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Enrolments;

/// <summary>One-time tokens, each for one site of one fleet.</summary>
internal sealed class EnrolmentTokenStore(SqliteDatabase database, TimeProvider clock)
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(24);
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(30);

    /// <summary>Makes a token; its secret is in the answer and nowhere else. An older unused token of the same site stops working.</summary>
    public NewEnrolmentToken Create(SiteKey site, TimeSpan lifetime, string by)
    {
        if (!EntityName.IsValid(site.Fleet) || !EntityName.IsValid(site.Site))
        {
            throw new HqException(HqReasons.NameInvalid, $"'{site}' is not a fleet and a site: {EntityName.Rule}");
        }

        if (lifetime <= TimeSpan.Zero || lifetime > LongestLifetime)
        {
            throw new HqException(HqReasons.RequestInvalid, $"an enrolment token is valid for up to {LongestLifetime.Days} days");
        }

        var secret = Secret.Create(Secret.EnrolmentPrefix);
        var now = clock.GetUtcNow();
        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction();
        connection.Execute(
            transaction,
            "UPDATE enrolment_tokens SET revoked_at = @now WHERE fleet = @fleet AND site = @site AND used_at IS NULL AND revoked_at IS NULL",
            ("@now", now),
            ("@fleet", site.Fleet),
            ("@site", site.Site));
        connection.Execute(
            transaction,
            """
            INSERT INTO enrolment_tokens (fleet, site, secret, created_at, created_by, expires_at) VALUES (@fleet, @site, @secret, @now, @by, @expires)
            """,
            ("@fleet", site.Fleet),
            ("@site", site.Site),
            ("@secret", secret.Hash),
            ("@now", now),
            ("@by", by),
            ("@expires", now + lifetime));
        transaction.Commit();
        return new NewEnrolmentToken(site, secret, now + lifetime);
    }

    /// <summary>Whether the token may be used now for this site; says nothing of why not.</summary>
    public bool IsUsable(string secret, SiteKey site)
    {
        using var connection = database.Connect();
        return connection.ReadOne(
            null,
            """
            SELECT count(*) FROM enrolment_tokens
            WHERE secret = @secret AND fleet = @fleet AND site = @site AND expires_at > @now AND used_at IS NULL AND revoked_at IS NULL
            """,
            r => r.GetInt64(0),
            Values(secret, site)) == 1;
    }

    /// <summary>Uses the token up, in the transaction of what it is used for. False where it may not be used, for whatever reason.</summary>
    public bool TryUse(SqliteConnection connection, SqliteTransaction transaction, string secret, SiteKey site) => connection.Execute(
        transaction,
        """
        UPDATE enrolment_tokens SET used_at = @now
        WHERE secret = @secret AND fleet = @fleet AND site = @site AND expires_at > @now AND used_at IS NULL AND revoked_at IS NULL
        """,
        Values(secret, site)) == 1;

    public bool Revoke(long id)
    {
        using var connection = database.Connect();
        return connection.Execute(
            null,
            "UPDATE enrolment_tokens SET revoked_at = @now WHERE id = @id AND used_at IS NULL AND revoked_at IS NULL",
            ("@now", clock.GetUtcNow()),
            ("@id", id)) > 0;
    }

    public IReadOnlyList<EnrolmentTokenRow> List()
    {
        using var connection = database.Connect();
        return connection.ReadAll(
            "SELECT id, fleet, site, created_at, created_by, expires_at, used_at, revoked_at FROM enrolment_tokens ORDER BY id DESC LIMIT 100",
            r => new EnrolmentTokenRow(
                r.GetInt64(0),
                new SiteKey(r.GetString(1), r.GetString(2)),
                r.GetTime(3),
                r.GetString(4),
                r.GetTime(5),
                r.GetTimeOrNull(6),
                r.GetTimeOrNull(7)));
    }

    private (string, object?)[] Values(string secret, SiteKey site) =>
        [("@secret", Secret.HashOf(secret)), ("@fleet", site.Fleet), ("@site", site.Site), ("@now", clock.GetUtcNow())];
}
