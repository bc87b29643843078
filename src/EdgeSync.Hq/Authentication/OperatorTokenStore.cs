using Dapper;
using EdgeSync.Sqlite;

namespace EdgeSync.Hq.Authentication;

/// <summary>Stores the tokens with which programs use the API.</summary>
internal sealed class OperatorTokenStore(SqliteDatabase database, TimeProvider clock)
{
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(366);

    /// <summary>Creates a token. The returned secret is not stored and cannot be shown again.</summary>
    public Secret Create(string name, Role role, TimeSpan lifetime, string by)
    {
        if (!UserName.IsValid(name))
        {
            throw new HqException(HqReasons.NameInvalid, $"'{name}' is not a valid token name: {UserName.Rule}");
        }

        if (lifetime <= TimeSpan.Zero || lifetime > LongestLifetime)
        {
            throw new HqException(HqReasons.RequestInvalid, $"a token is valid for 1 to {LongestLifetime.Days} days");
        }

        var secret = Secret.Create(Secret.OperatorPrefix);
        var now = clock.GetUtcNow();
        using var connection = database.Connect();
        connection.Execute(
            "INSERT INTO operator_tokens (name, role, secret, created_at, created_by, expires_at) VALUES (@Name, @Role, @Hash, @Now, @By, @Expires)",
            new { Name = name, Role = role.ToString(), secret.Hash, Now = now, By = by, Expires = now + lifetime });
        return secret;
    }

    /// <summary>The caller that a valid secret identifies, or null.</summary>
    public Caller? Find(string secret)
    {
        using var connection = database.Connect();
        var caller = connection.QuerySingleOrDefault<Caller>(
            "SELECT name, role FROM operator_tokens WHERE secret = @Hash AND expires_at > @Now AND revoked_at IS NULL",
            new { Hash = Secret.HashOf(secret), Now = clock.GetUtcNow() });
        return caller is null ? null : caller with { IsToken = true };
    }

    /// <summary>Returns false if there is no such token, or it was revoked before.</summary>
    public bool Revoke(long id)
    {
        using var connection = database.Connect();
        return connection.Execute(
            "UPDATE operator_tokens SET revoked_at = @Now WHERE id = @Id AND revoked_at IS NULL", new { Now = clock.GetUtcNow(), Id = id }) > 0;
    }

    public IReadOnlyList<OperatorTokenRow> List()
    {
        using var connection = database.Connect();
        return connection.Query<OperatorTokenRow>(
            "SELECT id, name, role, created_at, created_by, expires_at, revoked_at FROM operator_tokens ORDER BY id DESC LIMIT 200").AsList();
    }
}
