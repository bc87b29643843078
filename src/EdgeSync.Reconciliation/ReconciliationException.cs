using EdgeSync.Primitives.Failures;

namespace EdgeSync.Reconciliation;

/// <summary>A step of the pipeline cannot go on with this release, or not now.</summary>
public sealed class ReconciliationException : EdgeSyncException
{
    /// <inheritdoc/>
    public ReconciliationException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
    }
}
