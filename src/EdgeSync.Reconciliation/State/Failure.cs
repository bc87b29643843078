using EdgeSync.Primitives.Failures;

namespace EdgeSync.Reconciliation.State;

/// <summary>A failure as the site stores and reports it.</summary>
/// <param name="Reason">The reason code.</param>
/// <param name="Message">One sentence for people: what failed, on which object, and why.</param>
/// <param name="Hint">What an operator can do, or null.</param>
public sealed record Failure(string Reason, string Message, string? Hint = null)
{
    /// <summary>The last events and the last lines of the containers' logs, line by line; null where there are none. Each try has others.</summary>
    public IReadOnlyList<string>? Details { get; init; }

    /// <summary>What the failed bundle did that a rollback does not undo, in words; null where there is nothing.</summary>
    public string? Lasting { get; init; }

    /// <summary>The message, and what the rollback did not undo.</summary>
    internal string AfterRollback => Lasting is null ? Message : $"{Message}; {Lasting}";

    /// <summary>The part of an exception that is stored and reported.</summary>
    public static Failure From(EdgeSyncException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return new Failure(exception.Reason, exception.Message, exception.Hint);
    }
}
