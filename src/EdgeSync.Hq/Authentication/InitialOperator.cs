using EdgeSync.Hq.Configuration;

namespace EdgeSync.Hq.Authentication;

/// <summary>Adds the configured first operator if there is no user yet. There is no default password.</summary>
internal sealed partial class InitialOperator(UserStore users, ILogger<InitialOperator> logger)
{
    public async Task EnsureAsync(InitialOperatorOptions? options, CancellationToken cancellationToken)
    {
        if (!users.IsEmpty)
        {
            return;
        }

        if (options is null)
        {
            LogNoUser(logger);
            return;
        }

        using var reader = new StreamReader(options.PasswordFile);
        var password = (await reader.ReadLineAsync(cancellationToken))?.Trim() ?? "";
        users.Add(options.Name, password, Role.Operator, "configuration");
        LogAdded(logger, options.Name, options.PasswordFile);
    }

    [LoggerMessage(HqEventIds.NoUserYet, LogLevel.Warning, "There is no user yet, so nobody can log in. Add one: edgesync-hq user add NAME --role operator")]
    private static partial void LogNoUser(ILogger logger);

    [LoggerMessage(HqEventIds.FirstOperatorAdded, LogLevel.Information, "Added the first operator {User} with the password from {Path}")]
    private static partial void LogAdded(ILogger logger, string user, string path);
}
