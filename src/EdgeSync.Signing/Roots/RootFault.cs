namespace EdgeSync.Signing.Roots;

/// <summary>Why a trust root or a list of revocations is refused.</summary>
/// <param name="Reason">One of <c>TrustReasons</c>.</param>
/// <param name="Message">One sentence for operators.</param>
/// <param name="Hint">What an operator can do.</param>
public sealed record RootFault(string Reason, string Message, string Hint);
