using System.Text.Json.Serialization;

namespace EdgeSync.Contracts.Checks;

/// <summary>How a check of a site ended. Values are ordered: the worst is the highest.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CheckOutcome>))]
public enum CheckOutcome
{
    /// <summary>All is as it should be.</summary>
    [JsonStringEnumMemberName("passed")] Passed,

    /// <summary>Something to know, which does not keep the site from its work.</summary>
    [JsonStringEnumMemberName("warned")] Warned,

    /// <summary>Something that keeps the site from its work, or may do so.</summary>
    [JsonStringEnumMemberName("failed")] Failed,
}
