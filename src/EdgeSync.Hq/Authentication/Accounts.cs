using EdgeSync.Hq.Pages;

namespace EdgeSync.Hq.Authentication;

/// <summary>Changes users and tokens, and logs who made each change.</summary>
internal sealed partial class Accounts(UserStore users, OperatorTokenStore tokens, TimeProvider clock, ILogger<Accounts> logger)
{
    public AccountsModel Describe(bool mayChange, string self, Secret? created, string? problem) =>
        new(users.List(), tokens.List(), mayChange, created, problem, self, clock.GetUtcNow());

    public void AddUser(string name, string password, Role role, string by)
    {
        users.Add(name, password, role, by);
        LogChanged(logger, "add user", name, by);
    }

    public bool RemoveUser(string name, string by)
    {
        var removed = name != by && users.Remove(name);
        if (removed)
        {
            LogChanged(logger, "remove user", name, by);
        }

        return removed;
    }

    public void SetPassword(string name, string password)
    {
        users.SetPassword(name, password);
        LogChanged(logger, "change password", name, name);
    }

    public Secret CreateToken(string name, Role role, TimeSpan lifetime, string by)
    {
        var secret = tokens.Create(name, role, lifetime, by);
        LogChanged(logger, "create token", name, by);
        return secret;
    }

    public void RevokeToken(long id, string by)
    {
        if (tokens.Revoke(id))
        {
            LogChanged(logger, "revoke token", id.ToString(System.Globalization.CultureInfo.InvariantCulture), by);
        }
    }

    [LoggerMessage(HqEventIds.AccountChanged, LogLevel.Information, "Account change by {User}: {Action} {Subject}")]
    private static partial void LogChanged(ILogger logger, string action, string subject, string user);
}
