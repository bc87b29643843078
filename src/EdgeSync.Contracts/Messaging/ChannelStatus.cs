using System.Text.Json.Serialization;
using EdgeSync.Contracts.Acknowledgements;

namespace EdgeSync.Contracts.Messaging;

/// <summary>The status of one channel at a site.</summary>
public sealed record ChannelStatus
{
    /// <summary>The channel's name.</summary>
    public required string Channel { get; init; }

    /// <summary>The state in one word.</summary>
    public required ChannelState State { get; init; }

    /// <summary>The stage that is under way or was the last, or null.</summary>
    public PipelineStage? Stage { get; init; }

    /// <summary>What runs: the last-good release, or null before the first.</summary>
    public AcknowledgedRelease? Running { get; init; }

    /// <summary>What is on its way or was refused last, or null.</summary>
    public AcknowledgedRelease? Pending { get; init; }

    /// <summary>The reason code where all is not well, or null.</summary>
    public string? Reason { get; init; }

    /// <summary>One sentence for people, or null.</summary>
    public string? Message { get; init; }

    /// <summary>What an operator can do, or null.</summary>
    public string? Hint { get; init; }

    /// <summary>The last events and the last lines of the logs of what is not healthy, line by line, for people; or null.</summary>
    public IReadOnlyList<string>? Details { get; init; }

    /// <summary>Whether writing the pending release to the cluster has begun, so that what runs is changed in part. False is not written.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsBegun { get; init; }

    /// <summary>When a release that waits for the site is tried again at the latest, UTC, or null.</summary>
    public DateTimeOffset? NextTry { get; init; }

    /// <summary>When the registry was last asked with success, UTC, or null.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>
    /// Since when the channel's newest record is expired without a newer one, UTC; null while it is fresh. Somebody may be withholding newer releases, so
    /// no change begins; the running bundle is watched and repaired as before.
    /// </summary>
    public DateTimeOffset? FrozenSince { get; init; }

    /// <summary>
    /// The plain tag that the channel follows, with registry and repository: there are no signed releases, and so no protection against replay and freeze. Null
    /// where it follows signed releases.
    /// </summary>
    public string? Tag { get; init; }

    /// <summary>Since when <see cref="State"/> holds, UTC.</summary>
    public DateTimeOffset? Since { get; init; }
}
