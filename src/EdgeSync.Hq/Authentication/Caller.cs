namespace EdgeSync.Hq.Authentication;

/// <summary>Who a request comes from.</summary>
/// <param name="Name">The user's or the token's name.</param>
/// <param name="Role">What they may do.</param>
/// <param name="IsToken">Whether it is a program with a token, and not a browser with a cookie.</param>
internal sealed record Caller(string Name, Role Role, bool IsToken);
