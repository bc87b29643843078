namespace EdgeSync.Hq.Authentication;

/// <summary>The result of a login attempt.</summary>
internal abstract record LoginOutcome
{
    private LoginOutcome()
    {
    }

    /// <summary>The name and the password are right.</summary>
    public sealed record Accepted(Secret Session) : LoginOutcome;

    /// <summary>The name or the password is wrong. HQ does not tell which.</summary>
    public sealed record Refused : LoginOutcome;

    /// <summary>HQ did not check the password, because there were too many failed attempts.</summary>
    public sealed record TooMany(TimeSpan Wait) : LoginOutcome;
}
