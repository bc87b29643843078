using EdgeSync.Hq.Storage;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Authentication;

/// <summary>The tokens by which programs use the API.</summary>
internal sealed class OperatorTokenStore(SqliteDatabase database, TimeProvider clock)
{
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(366);

    /// <summary>Makes a token; its secret is in the answer and nowhere else.</summary>
    public Secret Create(string name, Role role, TimeSpan lifetime, string by)
    {
        if (!UserName.IsValid(name))
        {
            throw new HqException(HqReasons.NameInvalid, $"'{name}' is no token name: {UserName.Rule}");
        }

        if (lifetime <= TimeSpan.Zero || lifetime > LongestLifetime)
        {
            throw new HqException(HqReasons.RequestInvalid, $"a token is valid for 1 to {LongestLifetime.Days} days");
        }

        var secret = Secret.Create(Secret.OperatorPrefix);
        var now = clock.GetUtcNow();
        using var connection = database.Connect();
        connection.Execute(
            null,
            """
            INSERT INTO operator_tokens (name, role, secret, created_at, created_by, expires_at) VALUES (@name, @role, @secret, @now, @by, @expires)
            """,
            ("@name", name),
            ("@role", role),
            ("@secret", secret.Hash),
            ("@now", now),
            ("@by", by),
            ("@expires", now + lifetime));
        return secret;
    }

    public Caller? Find(string secret)
    {
        using var connection = database.Connect();
        return connection.ReadOne(
            null,
            "SELECT name, role FROM operator_tokens WHERE secret = @secret AND expires_at > @now AND revoked_at IS NULL",
            r => new Caller(r.GetString(0), Enum.Parse<Role>(r.GetString(1)), IsToken: true),
            ("@secret", Secret.HashOf(secret)),
            ("@now", clock.GetUtcNow()));
    }

    public bool Revoke(long id)
    {
        using var connection = database.Connect();
        return connection.Execute(
            null, "UPDATE operator_tokens SET revoked_at = @now WHERE id = @id AND revoked_at IS NULL", ("@now", clock.GetUtcNow()), ("@id", id)) > 0;
    }

    public IReadOnlyList<OperatorTokenRow> List()
    {
        using var connection = database.Connect();
        return connection.ReadAll(
            "SELECT id, name, role, created_at, created_by, expires_at, revoked_at FROM operator_tokens ORDER BY id DESC LIMIT 200", Map);
    }

    private static OperatorTokenRow Map(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetString(1), Enum.Parse<Role>(row.GetString(2)), row.GetTime(3), row.GetString(4), row.GetTime(5), row.GetTimeOrNull(6));
}
