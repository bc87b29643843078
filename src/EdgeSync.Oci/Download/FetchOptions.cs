namespace EdgeSync.Oci.Download;

/// <summary>How content is fetched.</summary>
public sealed record FetchOptions
{
    /// <summary>How many blobs are fetched at the same time. Default: 3.</summary>
    public int Parallelism { get; init; } = 3;

    /// <summary>How often the fetching of a blob is taken up again without a single byte coming in between. Default: 5.</summary>
    public int MaxFruitlessTries { get; init; } = 5;

    /// <summary>The first wait before a blob is taken up again; doubles, with a random part of it waited. Default: 1 second.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait before a blob is taken up again. Default: 30 seconds.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The most that one blob may have, in bytes; what is in the store already is not held against it. Default: no bound of its own.</summary>
    public long MaxBlobSize { get; init; } = long.MaxValue;

    /// <summary>The most that one artifact may have in all, in bytes. Default: 64 GiB.</summary>
    public long MaxTotalSize { get; init; } = 64L * 1024 * 1024 * 1024;

    /// <summary>What must stay free on the disk after everything is fetched, in bytes. Default: 256 MiB.</summary>
    public long ReservedSpace { get; init; } = 256L * 1024 * 1024;
}
