namespace EdgeSync.Hq.Authentication;

/// <summary>Checks passwords, only a few at a time and with a limit on failed attempts.</summary>
internal sealed partial class Logins(UserStore users, LoginThrottle throttle, ILogger<Logins> logger) : IDisposable
{
    // One check takes about 0.2 s of one core. More checks at once would let an attacker overload HQ.
    private readonly SemaphoreSlim _slots = new(2);

    public async Task<LoginOutcome> TryAsync(string name, string password, string address, CancellationToken cancellationToken)
    {
        var wait = throttle.Begin(name, address);
        if (wait > TimeSpan.Zero)
        {
            return new LoginOutcome.TooMany(wait);
        }

        await _slots.WaitAsync(cancellationToken);
        try
        {
            var role = await Task.Run(() => users.Check(name, password), cancellationToken);
            if (role is null)
            {
                LogFailed(logger, UserName.IsValid(name) ? name : "(invalid name)", address);
                return new LoginOutcome.Refused();
            }
        }
        finally
        {
            _slots.Release();
        }

        throttle.Forget(name, address);
        LogSucceeded(logger, name, address);
        return new LoginOutcome.Accepted(users.OpenSession(name));
    }

    public void Dispose() => _slots.Dispose();

    [LoggerMessage(HqEventIds.LoginSucceeded, LogLevel.Information, "{User} logged in from {Address}")]
    private static partial void LogSucceeded(ILogger logger, string user, string address);

    [LoggerMessage(HqEventIds.LoginFailed, LogLevel.Warning, "HQ refused a login as {User} from {Address}")]
    private static partial void LogFailed(ILogger logger, string user, string address);
}
