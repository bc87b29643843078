namespace EdgeSync.Reconciliation.State;

/// <summary>Why a release failed at this site.</summary>
/// <param name="Reason">The reason code.</param>
/// <param name="Message">One sentence for people: what, on which object, why.</param>
/// <param name="Hint">What an operator can do, or null.</param>
public sealed record Trouble(string Reason, string Message, string? Hint = null);
