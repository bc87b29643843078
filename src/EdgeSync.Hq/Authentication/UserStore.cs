using EdgeSync.Hq.Storage;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Authentication;

/// <summary>The people who may log in, and their sessions.</summary>
internal sealed class UserStore(SqliteDatabase database, TimeProvider clock)
{
    public static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(12);

    public bool IsEmpty
    {
        get
        {
            using var connection = database.Connect();
            return connection.ReadOne(null, "SELECT count(*) FROM users", r => r.GetInt64(0)) == 0;
        }
    }

    /// <summary>Throws <see cref="HqException"/> where name or password do not follow the rules, or the name is taken.</summary>
    public void Add(string name, string password, Role role, string by)
    {
        if (!UserName.IsValid(name))
        {
            throw new HqException(HqReasons.NameInvalid, $"'{name}' is no user name: {UserName.Rule}");
        }

        CheckPassword(password);
        using var connection = database.Connect();
        var added = connection.Execute(
            null,
            "INSERT INTO users (name, role, password, created_at, created_by) VALUES (@name, @role, @password, @at, @by) ON CONFLICT DO NOTHING",
            ("@name", name),
            ("@role", role),
            ("@password", PasswordHash.Create(password)),
            ("@at", clock.GetUtcNow()),
            ("@by", by));
        if (added == 0)
        {
            throw new HqException(HqReasons.NameTaken, $"there is a user '{name}' already");
        }
    }

    /// <summary>Sets a new password and ends every session of the user. False where there is no such user.</summary>
    public bool SetPassword(string name, string password)
    {
        CheckPassword(password);
        using var connection = database.Connect();
        using var transaction = connection.BeginTransaction();
        var changed = connection.Execute(
            transaction, "UPDATE users SET password = @password WHERE name = @name", ("@password", PasswordHash.Create(password)), ("@name", name));
        connection.Execute(transaction, "DELETE FROM sessions WHERE user_name = @name", ("@name", name));
        transaction.Commit();
        return changed > 0;
    }

    /// <summary>Removes a user with every session. The last operator stays: without one, nobody could add another.</summary>
    public bool Remove(string name)
    {
        using var connection = database.Connect();
        return connection.Execute(
            null,
            """
            DELETE FROM users WHERE name = @name
            AND (role <> 'Operator' OR (SELECT count(*) FROM users WHERE role = 'Operator') > 1)
            """,
            ("@name", name)) > 0;
    }

    public IReadOnlyList<UserRow> List()
    {
        using var connection = database.Connect();
        return connection.ReadAll("SELECT name, role, created_at, created_by FROM users ORDER BY name", Map);
    }

    /// <summary>The user's role where the password is right; null for a wrong password and for an unknown user, after the same time.</summary>
    public Role? Check(string name, string password)
    {
        using var connection = database.Connect();
        var known = connection.ReadOne(
            null, "SELECT password, role FROM users WHERE name = @name", r => new[] { r.GetString(0), r.GetString(1) }, ("@name", name));
        var matches = PasswordHash.Matches(password, known?[0] ?? PasswordHash.OfNobody);
        return matches && known is not null ? Enum.Parse<Role>(known[1]) : null;
    }

    public Secret OpenSession(string name)
    {
        var secret = Secret.Create(Secret.SessionPrefix);
        var now = clock.GetUtcNow();
        using var connection = database.Connect();
        connection.Execute(null, "DELETE FROM sessions WHERE expires_at <= @now", ("@now", now));
        connection.Execute(
            null,
            "INSERT INTO sessions (secret, user_name, created_at, expires_at) VALUES (@secret, @name, @now, @expires)",
            ("@secret", secret.Hash),
            ("@name", name),
            ("@now", now),
            ("@expires", now + SessionLifetime));
        return secret;
    }

    public Caller? FindSession(string secret)
    {
        using var connection = database.Connect();
        return connection.ReadOne(
            null,
            "SELECT u.name, u.role FROM sessions s JOIN users u ON u.name = s.user_name WHERE s.secret = @secret AND s.expires_at > @now",
            r => new Caller(r.GetString(0), Enum.Parse<Role>(r.GetString(1)), IsToken: false),
            ("@secret", Secret.HashOf(secret)),
            ("@now", clock.GetUtcNow()));
    }

    public void CloseSession(string secret)
    {
        using var connection = database.Connect();
        connection.Execute(null, "DELETE FROM sessions WHERE secret = @secret", ("@secret", Secret.HashOf(secret)));
    }

    private static void CheckPassword(string password)
    {
        if (password.Length is < PasswordHash.MinLength or > PasswordHash.MaxLength)
        {
            throw new HqException(
                HqReasons.PasswordTooWeak, $"a password has {PasswordHash.MinLength} to {PasswordHash.MaxLength} characters; four random words do well");
        }
    }

    private static UserRow Map(SqliteDataReader row) => new(row.GetString(0), Enum.Parse<Role>(row.GetString(1)), row.GetTime(2), row.GetString(3));
}
