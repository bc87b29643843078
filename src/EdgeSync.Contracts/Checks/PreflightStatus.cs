using System.Text.Json.Serialization;

namespace EdgeSync.Contracts.Checks;

/// <summary>The preflight that the running agent makes now, or the last one that it made since it started. Its signed report is in the ledger.</summary>
/// <param name="By">Who asked for it.</param>
/// <param name="StartedAt">When it began, by the site's clock, UTC.</param>
/// <param name="Phase">How far it is.</param>
public sealed record PreflightStatus(string By, DateTimeOffset StartedAt, PreflightPhase Phase)
{
    /// <summary>By when the site must be ready, UTC, or null.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Until when everything has to hold, UTC; null where no mission was named.</summary>
    public DateTimeOffset? MissionEnds { get; init; }

    /// <summary>The channels that were asked for; null for all.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>The answer; null while it runs, and where it broke off.</summary>
    public PreflightVerdict? Verdict { get; init; }

    /// <summary>When it ended, UTC; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}

/// <summary>How far a preflight is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PreflightPhase>))]
public enum PreflightPhase
{
    /// <summary>The channels are asked, fetched, verified, staged, activated and confirmed.</summary>
    [JsonStringEnumMemberName("reload")] Reload,

    /// <summary>The checks run.</summary>
    [JsonStringEnumMemberName("checks")] Checks,

    /// <summary>It has ended.</summary>
    [JsonStringEnumMemberName("done")] Done,
}
