using System.Text.Json.Serialization;

namespace EdgeSync.Contracts.Messaging;

/// <summary>The state of a channel at a site, in one word.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChannelState>))]
public enum ChannelState
{
    /// <summary>Nothing was ever released here.</summary>
    [JsonStringEnumMemberName("empty")] Empty,

    /// <summary>A release is being fetched, staged or activated.</summary>
    [JsonStringEnumMemberName("progressing")] Progressing,

    /// <summary>The released bundle runs and is healthy.</summary>
    [JsonStringEnumMemberName("healthy")] Healthy,

    /// <summary>The released bundle runs, but it is not healthy or it drifts.</summary>
    [JsonStringEnumMemberName("degraded")] Degraded,

    /// <summary>The newest release was refused; the one before runs on.</summary>
    [JsonStringEnumMemberName("rejected")] Rejected,

    /// <summary>The newest release failed; last-good runs again.</summary>
    [JsonStringEnumMemberName("rolledBack")] RolledBack,

    /// <summary>The newest release failed, and there is no last-good.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>A release waits: for a hold, for its time, or for the site (a right, a quota, a webhook) before or during its activation.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,
}
