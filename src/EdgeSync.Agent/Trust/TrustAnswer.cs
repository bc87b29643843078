using System.Text.Json.Serialization;

namespace EdgeSync.Agent.Trust;

/// <summary>The result of an import.</summary>
/// <param name="Outcomes">One for each record.</param>
/// <param name="Trust">The site's trust after the import.</param>
internal sealed record TrustAnswer(IReadOnlyList<TrustOutcome> Outcomes, TrustView Trust);

/// <summary>Records that somebody imports at the site.</summary>
/// <param name="Envelopes">The envelopes' bytes, in any order.</param>
internal sealed record TrustImport(IReadOnlyList<byte[]> Envelopes)
{
    /// <summary>The most records of one import.</summary>
    public const int MaxEnvelopes = 256;
}

/// <summary>The result for one imported root or list.</summary>
/// <param name="What">The record, in words: "trust root 3".</param>
/// <param name="Result">What the site did with it.</param>
/// <param name="Reason">The reason code when it was refused, or null.</param>
/// <param name="Message">Why it was refused, or null.</param>
/// <param name="Hint">What an operator can do, or null.</param>
internal sealed record TrustOutcome(string What, TrustResult Result, string? Reason = null, string? Message = null, string? Hint = null);

/// <summary>What the site did with a record.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrustResult>))]
internal enum TrustResult
{
    /// <summary>It is in force now.</summary>
    [JsonStringEnumMemberName("taken")] Taken,

    /// <summary>It was in force before.</summary>
    [JsonStringEnumMemberName("known")] Known,

    /// <summary>It was refused.</summary>
    [JsonStringEnumMemberName("refused")] Refused,
}
