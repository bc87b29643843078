namespace EdgeSync.Agent.State;

/// <summary>The second copy of what this site must not forget, as it lies on disk.</summary>
internal sealed record MemoryDocument
{
    public const string CurrentSchema = "edgesync.dev/memory/v1";

    public string Schema { get; set; } = CurrentSchema;

    public IReadOnlyDictionary<string, RememberedRelease> Channels { get; set; } = new Dictionary<string, RememberedRelease>();

    /// <summary>The latest time that the site has proof of, UTC.</summary>
    public DateTimeOffset? ProvenTime { get; init; }
}
