using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Agent.State;

/// <summary>The file <c>memory.json</c> of <see cref="RollbackGuard"/>.</summary>
internal sealed record RollbackGuardDocument
{
    public const string CurrentSchema = "edgesync.dev/memory/v1";

    public string Schema { get; set; } = CurrentSchema;

    public IReadOnlyDictionary<string, HighestRelease> Channels { get; set; } = new Dictionary<string, HighestRelease>();

    /// <summary>The latest time that the site has proof of, UTC.</summary>
    public DateTimeOffset? ProvenTime { get; init; }

    /// <summary>The highest release that the site has seen on one channel.</summary>
    internal sealed record HighestRelease(long Sequence, Digest Payload, int Epoch = 0, DateTimeOffset? ExpiresAt = null)
    {
        public SeenRelease Seen => new(Sequence, Payload, Epoch);

        public static HighestRelease? Of(ChannelRecord record) => record.HighestSeen is { } seen
            ? new HighestRelease(seen.Sequence, seen.Payload, seen.Epoch, record.NewestExpires)
            : null;
    }
}
