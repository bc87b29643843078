namespace EdgeSync.Hq.Authentication;

/// <summary>Checks passwords: slowly on purpose, few at once, and not for whoever guesses.</summary>
internal sealed partial class Logins(UserStore users, LoginThrottle throttle, ILogger<Logins> logger) : IDisposable
{
    // A check costs a fifth of a second of one core; more at once would be a way to stop HQ.
    private readonly SemaphoreSlim _places = new(2);

    public async Task<LoginOutcome> TryAsync(string name, string password, string address, CancellationToken cancellationToken)
    {
        var wait = throttle.Begin(name, address);
        if (wait > TimeSpan.Zero)
        {
            return new LoginOutcome.TooMany(wait);
        }

        await _places.WaitAsync(cancellationToken);
        try
        {
            var role = await Task.Run(() => users.Check(name, password), cancellationToken);
            if (role is null)
            {
                LogFailed(logger, UserName.IsValid(name) ? name : "(no user name)", address);
                return new LoginOutcome.Refused();
            }
        }
        finally
        {
            _places.Release();
        }

        throttle.Forget(name, address);
        LogSucceeded(logger, name, address);
        return new LoginOutcome.Accepted(users.OpenSession(name));
    }

    public void Dispose() => _places.Dispose();

    [LoggerMessage(HqEventIds.LoginSucceeded, LogLevel.Information, "{User} logged in from {Address}")]
    private static partial void LogSucceeded(ILogger logger, string user, string address);

    [LoggerMessage(HqEventIds.LoginFailed, LogLevel.Warning, "A login as {User} from {Address} was refused")]
    private static partial void LogFailed(ILogger logger, string user, string address);
}
