using EdgeSync.Primitives.Failures;

namespace EdgeSync.Reconciliation.State;

/// <summary>A failure as the site stores and reports it.</summary>
/// <param name="Reason">The reason code.</param>
/// <param name="Message">One sentence for people: what failed, on which object, and why.</param>
/// <param name="Hint">What an operator can do, or null.</param>
public sealed record Failure(string Reason, string Message, string? Hint = null)
{
    /// <summary>The part of an exception that is stored and reported.</summary>
    public static Failure From(EdgeSyncException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new Failure(exception.Reason, exception.Message, exception.Hint);
    }
}
