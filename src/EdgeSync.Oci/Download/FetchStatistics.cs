namespace EdgeSync.Oci.Download;

/// <summary>Counts for a <see cref="FetchReport"/>, from several downloads at once.</summary>
internal sealed class FetchStatistics
{
    private int _fetched;
    private int _reused;
    private long _received;
    private long _saved;

    public void Fetched() => Interlocked.Increment(ref _fetched);

    public void Reused(long bytes)
    {
        Interlocked.Increment(ref _reused);
        Saved(bytes);
    }

    public void Saved(long bytes) => Interlocked.Add(ref _saved, bytes);

    public void Received(long bytes) => Interlocked.Add(ref _received, bytes);

    public FetchReport ToReport() => new(_fetched, Interlocked.Read(ref _received), _reused, Interlocked.Read(ref _saved));
}
