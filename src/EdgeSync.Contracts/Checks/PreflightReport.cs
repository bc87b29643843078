using System.Text.Json.Serialization;
using EdgeSync.Contracts.Acknowledgements;

namespace EdgeSync.Contracts.Checks;

/// <summary>
/// What a preflight found: GO or NO-GO with every reason and every check. <c>edgesync preflight</c> prints it, and the ledger has it, signed, with the event
/// <see cref="AcknowledgementEvent.Preflight"/>.
/// </summary>
public sealed record PreflightReport
{
    /// <summary>The value of <see cref="Schema"/> that this version reads and writes.</summary>
    public const string CurrentSchema = "edgesync.dev/preflight/v1";

    /// <summary>The most checks and reasons that a report in the ledger may have.</summary>
    public const int MaxChecks = 100;

    /// <summary>The most characters of one text in the ledger.</summary>
    public const int MaxTextLength = 400;

    /// <summary>The format's name and version.</summary>
    public string Schema { get; set; } = CurrentSchema;

    /// <summary>The fleet.</summary>
    public required string Fleet { get; init; }

    /// <summary>The site.</summary>
    public required string Site { get; init; }

    /// <summary>When the preflight began, by the site's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it ended, UTC.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Who asked for it.</summary>
    public required string By { get; init; }

    /// <summary>Whether the site may go.</summary>
    public required PreflightVerdict Verdict { get; init; }

    /// <summary>Every reason against GO; empty with GO.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>By when the site had to be ready, UTC, or null.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Until when everything has to hold, UTC; null where no mission was named.</summary>
    public DateTimeOffset? MissionEnds { get; init; }

    /// <summary>What runs on each channel that was asked about.</summary>
    public IReadOnlyList<AcknowledgedRelease> Running { get; set; } = [];

    /// <summary>The reason of the hold that was set for the mission, or null.</summary>
    public string? Hold { get; init; }

    /// <summary>Every check, in the order in which they ran.</summary>
    public required IReadOnlyList<CheckResult> Checks { get; init; }
}

/// <summary>The answer of a preflight.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PreflightVerdict>))]
public enum PreflightVerdict
{
    /// <summary>Something is against it.</summary>
    [JsonStringEnumMemberName("noGo")] NoGo,

    /// <summary>Nothing is against it; there may be warnings.</summary>
    [JsonStringEnumMemberName("go")] Go,
}
