using System.Text.Json.Serialization;

namespace EdgeSync.Agent.Trust;

/// <summary>What was done with a record.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrustResult>))]
internal enum TrustResult
{
    /// <summary>It counts from now on.</summary>
    [JsonStringEnumMemberName("taken")] Taken,

    /// <summary>It counted before.</summary>
    [JsonStringEnumMemberName("known")] Known,

    /// <summary>It is not followed.</summary>
    [JsonStringEnumMemberName("refused")] Refused,
}
