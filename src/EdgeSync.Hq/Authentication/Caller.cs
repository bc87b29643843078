namespace EdgeSync.Hq.Authentication;

/// <summary>Who sent a request.</summary>
/// <param name="Name">The name of the user or of the token.</param>
/// <param name="Role">What the caller may do.</param>
internal sealed record Caller(string Name, Role Role)
{
    /// <summary>True for a program with a bearer token, false for a browser with a session cookie.</summary>
    public bool IsToken { get; init; }
}
