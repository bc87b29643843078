namespace EdgeSync.EndToEnd.Tests.Harness.Gates;

/// <summary>A request that came to a gate.</summary>
/// <param name="Method">The method, in capitals.</param>
/// <param name="Path">The path without the query.</param>
/// <param name="Query">The query with its question mark, or empty.</param>
/// <param name="Offset">Where the answer shall begin (<c>Range</c>); 0 for the whole.</param>
internal sealed record GatedRequest(string Method, string Path, string Query, long Offset)
{
    private long _bytesDown;

    /// <summary>How many bytes of the answer's body have gone to the client.</summary>
    public long BytesDown => Interlocked.Read(ref _bytesDown);

    /// <summary>Whether this is a write to a Kubernetes API that counts: no read, and no trial.</summary>
    public bool IsWrite => Method is not ("GET" or "HEAD") && !Query.Contains("dryRun", StringComparison.Ordinal);

    public void Count(int bytes) => Interlocked.Add(ref _bytesDown, bytes);
}
