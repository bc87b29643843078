namespace EdgeSync.Primitives.Failures;

/// <summary>
/// The world said no: the base of every failure that is not a bug. It carries what the status, the log, the CLI and HQ show, so that
/// all four say the same.
/// </summary>
public abstract class EdgeSyncException : Exception
{
    /// <summary>A failure with its stable reason code (CamelCase) and one sentence of what failed, on what and why.</summary>
    protected EdgeSyncException(string reason, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Reason = reason;
    }

    /// <summary>Stable code in CamelCase, part of the status contract; never derived from <see cref="Exception.Message"/>.</summary>
    public string Reason { get; }

    /// <summary>What it means for the next try. Default: <see cref="Failures.Disposition.Transient"/>.</summary>
    public Disposition Disposition { get; init; } = Disposition.Transient;

    /// <summary>What it failed on (an object, a digest, a path, a URL without secrets), or null.</summary>
    public string? Subject { get; init; }

    /// <summary>One sentence that an operator can act on, or null.</summary>
    public string? Hint { get; init; }

    /// <summary>What a program ends with that cannot go on after it (<see cref="ExitCodes"/>).</summary>
    public int ExitCode { get; init; } = ExitCodes.Failure;

    /// <summary>How long to wait, where the other side said so.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
