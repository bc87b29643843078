using EdgeSync.Contracts.Checks;
using EdgeSync.Hq.Storage;

namespace EdgeSync.Hq.Fleets;

/// <summary>The newest preflight of a site in short, as its signed ledger has it. The page of the site reads the whole report.</summary>
public sealed record PreflightNote
{
    private const int MaxReasons = 5;

    public required LedgerPosition Position { get; init; }

    public required PreflightVerdict Verdict { get; init; }

    public required string By { get; init; }

    /// <summary>When it ended, by the clock of the site.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    public DateTimeOffset? MissionEnds { get; init; }

    /// <summary>The reason of the hold that it left in place, or null.</summary>
    public string? Hold { get; init; }

    /// <summary>The first reasons against GO.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>How many checks warned.</summary>
    public required int Warnings { get; init; }

    /// <summary>Until when the answer says anything: until the mission ends, or for <see cref="Boards.BoardAssessor.ValidFor"/> where none was named.</summary>
    public DateTimeOffset ValidUntil => MissionEnds ?? (Deadline > EndedAt ? Deadline.Value : EndedAt) + Boards.BoardAssessor.ValidFor;

    /// <summary>The summary of an entry that has a report.</summary>
    public static PreflightNote Of(LedgerPosition position, PreflightReport report, DateTimeOffset receivedAt) => new()
    {
        Position = position,
        Verdict = report.Verdict,
        By = report.By,
        EndedAt = report.EndedAt,
        ReceivedAt = receivedAt,
        Deadline = report.Deadline,
        MissionEnds = report.MissionEnds,
        Hold = report.Hold,
        Reasons = [.. report.Reasons.Take(MaxReasons)],
        Warnings = report.Checks.Count(check => check.Outcome == CheckOutcome.Warned),
    };
}
