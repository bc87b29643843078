using Dapper;
using EdgeSync.Hq.Authentication;
using EdgeSync.Hq.Fleets;
using EdgeSync.Primitives;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Enrolments;

/// <summary>Stores the one-time enrolment tokens. Each token is for one site of one fleet.</summary>
internal sealed class EnrolmentTokenStore(SqliteDatabase database, TimeProvider clock)
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromHours(24);
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(30);

    private const string WhereUsable =
        "WHERE secret = @Hash AND fleet = @Fleet AND site = @Site AND expires_at > @Now AND used_at IS NULL AND revoked_at IS NULL";

    /// <summary>
    /// Creates a token and revokes an older unused token of the same site. The returned secret is not stored and cannot be shown again.
    /// </summary>
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
        var token = new { site.Fleet, site.Site, secret.Hash, Now = now, By = by, Expires = now + lifetime };
        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction();
        connection.Execute(
            "UPDATE enrolment_tokens SET revoked_at = @Now WHERE fleet = @Fleet AND site = @Site AND used_at IS NULL AND revoked_at IS NULL",
            token,
            transaction);
        connection.Execute(
            "INSERT INTO enrolment_tokens (fleet, site, secret, created_at, created_by, expires_at) VALUES (@Fleet, @Site, @Hash, @Now, @By, @Expires)",
            token,
            transaction);
        transaction.Commit();
        return new NewEnrolmentToken(site, secret, token.Expires);
    }

    /// <summary>Whether the site may use the token now. Does not tell why not.</summary>
    public bool IsUsable(string secret, SiteKey site)
    {
        using var connection = database.Connect();
        return connection.ExecuteScalar<long>($"SELECT count(*) FROM enrolment_tokens {WhereUsable}", Key(secret, site)) == 1;
    }

    /// <summary>Marks the token as used, in the transaction of the enrolment. Returns false if the site may not use it.</summary>
    public bool TryUse(SqliteConnection connection, SqliteTransaction transaction, string secret, SiteKey site) =>
        connection.Execute($"UPDATE enrolment_tokens SET used_at = @Now {WhereUsable}", Key(secret, site), transaction) == 1;

    /// <summary>Returns false if there is no unused token with this number.</summary>
    public bool Revoke(long id)
    {
        using var connection = database.Connect();
        return connection.Execute(
            "UPDATE enrolment_tokens SET revoked_at = @Now WHERE id = @Id AND used_at IS NULL AND revoked_at IS NULL",
            new { Now = clock.GetUtcNow(), Id = id }) > 0;
    }

    public IReadOnlyList<EnrolmentTokenRow> List()
    {
        using var connection = database.Connect();
        return connection.Query<EnrolmentTokenRow>(
            "SELECT id, fleet, site, created_at, created_by, expires_at, used_at, revoked_at FROM enrolment_tokens ORDER BY id DESC LIMIT 100").AsList();
    }

    private object Key(string secret, SiteKey site) => new { Hash = Secret.HashOf(secret), site.Fleet, site.Site, Now = clock.GetUtcNow() };
}
