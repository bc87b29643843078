namespace EdgeSync.Contracts.Checks;

/// <summary>What <c>edgesync doctor --output json</c> prints.</summary>
public sealed record DoctorReport
{
    /// <summary>The value of <see cref="Schema"/> that this version writes.</summary>
    public const string CurrentSchema = "edgesync.dev/doctor/v1";

    /// <summary>The format's name and version.</summary>
    public string Schema { get; set; } = CurrentSchema;

    /// <summary>The fleet.</summary>
    public required string Fleet { get; init; }

    /// <summary>The site.</summary>
    public required string Site { get; init; }

    /// <summary>The agent's version.</summary>
    public required string Agent { get; init; }

    /// <summary>When the checks began, by the site's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The worst outcome of the checks.</summary>
    public required CheckOutcome Outcome { get; init; }

    /// <summary>Every check, in the order in which they ran.</summary>
    public required IReadOnlyList<CheckResult> Checks { get; init; }
}
