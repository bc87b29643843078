using EdgeSync.Primitives.Failures;

namespace EdgeSync.Reconciliation;

/// <summary>A step of the pipeline cannot continue with this release, or cannot continue now.</summary>
public sealed class ReconciliationException : EdgeSyncException
{
    /// <inheritdoc/>
    public ReconciliationException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
    }
}
