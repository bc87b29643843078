using System.Text.Json.Serialization;

namespace EdgeSync.Contracts.Acknowledgements;

/// <summary>The stages that a release passes at a site, in order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PipelineStage>))]
public enum PipelineStage
{
    /// <summary>Looking at the channel.</summary>
    [JsonStringEnumMemberName("discover")] Discover,

    /// <summary>Bringing content to the cache.</summary>
    [JsonStringEnumMemberName("fetch")] Fetch,

    /// <summary>Checking signatures and content.</summary>
    [JsonStringEnumMemberName("verify")] Verify,

    /// <summary>Making images known to the container runtime.</summary>
    [JsonStringEnumMemberName("stage")] Stage,

    /// <summary>Waiting for leave to change something.</summary>
    [JsonStringEnumMemberName("gate")] Gate,

    /// <summary>Writing to the cluster.</summary>
    [JsonStringEnumMemberName("apply")] Apply,

    /// <summary>Waiting for health.</summary>
    [JsonStringEnumMemberName("confirm")] Confirm,

    /// <summary>Deleting objects that the bundle no longer has.</summary>
    [JsonStringEnumMemberName("prune")] Prune,

    /// <summary>Going back to last-good.</summary>
    [JsonStringEnumMemberName("rollback")] Rollback,
}
