namespace EdgeSync.Primitives.Failures;

/// <summary>The site's own disk refused, or does not hold what it should (a full disk, a damaged file).</summary>
public sealed class StorageException : EdgeSyncException
{
    /// <inheritdoc/>
    public StorageException(string reason, string message, Exception? innerException = null)
        : base(reason, message, innerException)
    {
    }
}
