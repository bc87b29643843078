using System.Text.Json.Serialization;

namespace EdgeSync.Contracts.Messaging;

/// <summary>Whether the site's agent is connected. The broker sends the will, <see cref="PresenceState.Offline"/>, when it is not.</summary>
/// <param name="State">The state.</param>
/// <param name="Agent">The agent's version.</param>
public sealed record Presence(PresenceState State, string? Agent = null);

/// <summary>The states of <see cref="Presence"/>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PresenceState>))]
public enum PresenceState
{
    /// <summary>Connected.</summary>
    [JsonStringEnumMemberName("online")] Online,

    /// <summary>The connection broke.</summary>
    [JsonStringEnumMemberName("offline")] Offline,

    /// <summary>The agent was stopped on purpose.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,
}
