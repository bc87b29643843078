namespace EdgeSync.Primitives.Failures;

/// <summary>What a failure means for the next try.</summary>
public enum Disposition
{
    /// <summary>Back off and try again; it may pass by itself.</summary>
    Transient,

    /// <summary>Try again after a known time (<see cref="EdgeSyncException.RetryAfter"/>).</summary>
    Waiting,

    /// <summary>Trying again is pointless until the input changes or an operator acts.</summary>
    Stalled,
}
