namespace EdgeSync.Hq.Authentication;

/// <summary>What became of a try to log in.</summary>
internal abstract record LoginOutcome
{
    private LoginOutcome()
    {
    }

    /// <summary>Name and password are right.</summary>
    public sealed record Accepted(Secret Session) : LoginOutcome;

    /// <summary>They are not; which of the two is nobody's business.</summary>
    public sealed record Refused : LoginOutcome;

    /// <summary>Not looked at: there were too many wrong ones.</summary>
    public sealed record TooMany(TimeSpan Wait) : LoginOutcome;
}
