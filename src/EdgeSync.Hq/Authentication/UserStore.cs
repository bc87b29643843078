using System.Security.Cryptography;
using Dapper;
using EdgeSync.Primitives.Secrets;
using EdgeSync.Sqlite;

namespace EdgeSync.Hq.Authentication;

/// <summary>Stores the users who may log in, and their sessions.</summary>
internal sealed class UserStore(SqliteDatabase database, TimeProvider clock)
{
    public static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(12);

    private const int MinPasswordLength = 12;
    private const int RandomBytes = 32;

    // The hash of a random password. It is checked for an unknown user, so that the answer takes as long as for a known one.
    private static readonly string OfUnknownUser = PasswordHash.Create(Convert.ToBase64String(RandomNumberGenerator.GetBytes(RandomBytes)));

    public bool IsEmpty
    {
        get
        {
            using var connection = database.Connect();
            return connection.ExecuteScalar<long>("SELECT count(*) FROM users") == 0;
        }
    }

    /// <summary>Throws <see cref="HqException"/> if the name or the password breaks a rule, or the name is taken.</summary>
    public void Add(string name, string password, Role role, string by)
    {
        if (!UserName.IsValid(name))
        {
            throw new HqException(HqReasons.NameInvalid, $"'{name}' is not a valid user name: {UserName.Rule}");
        }

        CheckPassword(password);
        using var connection = database.Connect();
        var added = connection.Execute(
            "INSERT INTO users (name, role, password, created_at, created_by) VALUES (@Name, @Role, @Password, @At, @By) ON CONFLICT DO NOTHING",
            new { Name = name, Role = role.ToString(), Password = PasswordHash.Create(password), At = clock.GetUtcNow(), By = by });
        if (added == 0)
        {
            throw new HqException(HqReasons.NameTaken, $"there is already a user '{name}'");
        }
    }

    /// <summary>Sets a new password and ends all sessions of the user. Returns false if there is no such user.</summary>
    public bool SetPassword(string name, string password)
    {
        CheckPassword(password);
        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction();
        var changed = connection.Execute(
            "UPDATE users SET password = @Password WHERE name = @Name", new { Password = PasswordHash.Create(password), Name = name }, transaction);
        connection.Execute("DELETE FROM sessions WHERE user_name = @Name", new { Name = name }, transaction);
        transaction.Commit();
        return changed > 0;
    }

    /// <summary>Removes a user and all of the user's sessions, but never the last operator: nobody could add another one.</summary>
    public bool Remove(string name)
    {
        using var connection = database.Connect();
        return connection.Execute(
            """
            DELETE FROM users WHERE name = @Name
            AND (role <> 'Operator' OR (SELECT count(*) FROM users WHERE role = 'Operator') > 1)
            """,
            new { Name = name }) > 0;
    }

    public IReadOnlyList<UserRow> List()
    {
        using var connection = database.Connect();
        return connection.Query<UserRow>("SELECT name, role, created_at, created_by FROM users ORDER BY name").AsList();
    }

    /// <summary>The user's role if the password is right, else null. An unknown user takes as long as a wrong password.</summary>
    public Role? Check(string name, string password)
    {
        using var connection = database.Connect();
        var known = connection.QuerySingleOrDefault<Credentials>("SELECT password, role FROM users WHERE name = @Name", new { Name = name });
        var matches = PasswordHash.Matches(password, known?.Password ?? OfUnknownUser);
        return matches ? known?.Role : null;
    }

    public Secret OpenSession(string name)
    {
        var secret = Secret.Create(Secret.SessionPrefix);
        var now = clock.GetUtcNow();
        using var connection = database.Connect();
        connection.Execute("DELETE FROM sessions WHERE expires_at <= @Now", new { Now = now });
        connection.Execute(
            "INSERT INTO sessions (secret, user_name, created_at, expires_at) VALUES (@Hash, @Name, @Now, @Expires)",
            new { secret.Hash, Name = name, Now = now, Expires = now + SessionLifetime });
        return secret;
    }

    /// <summary>The user of a session that is still valid, or null.</summary>
    public Caller? FindSession(string secret)
    {
        using var connection = database.Connect();
        return connection.QuerySingleOrDefault<Caller>(
            "SELECT u.name, u.role FROM sessions s JOIN users u ON u.name = s.user_name WHERE s.secret = @Hash AND s.expires_at > @Now",
            new { Hash = Secret.HashOf(secret), Now = clock.GetUtcNow() });
    }

    public void CloseSession(string secret)
    {
        using var connection = database.Connect();
        connection.Execute("DELETE FROM sessions WHERE secret = @Hash", new { Hash = Secret.HashOf(secret) });
    }

    private static void CheckPassword(string password)
    {
        if (password.Length is < MinPasswordLength or > PasswordHash.MaxLength)
        {
            throw new HqException(
                HqReasons.PasswordTooWeak,
                $"a password has {MinPasswordLength} to {PasswordHash.MaxLength} characters; four random words are a good choice");
        }
    }

    private sealed record Credentials(string Password, Role Role);
}
