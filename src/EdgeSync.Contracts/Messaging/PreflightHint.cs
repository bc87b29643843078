namespace EdgeSync.Contracts.Messaging;

/// <summary>What HQ asks for with <see cref="CommandKind.Preflight"/>. HQ cannot ask for a hold.</summary>
/// <param name="By">The operator or program at HQ that asks, 1 to <see cref="MaxByLength"/> characters.</param>
/// <param name="ExpiresAt">After this time, UTC, the site makes no preflight for it, so that a kept copy of the command is of no use.</param>
public sealed record PreflightHint(string By, DateTimeOffset ExpiresAt)
{
    /// <summary>The most characters of <see cref="By"/>.</summary>
    public const int MaxByLength = 48;

    /// <summary>The longest mission, in seconds: a year.</summary>
    public const long MaxMissionSeconds = 366L * 24 * 3600;

    /// <summary>How far <see cref="ExpiresAt"/> may be in the future.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(15);

    /// <summary>By when the site must be ready, UTC, or null.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How long everything has to hold after the deadline, in seconds; null where no mission is named.</summary>
    public long? MissionSeconds { get; init; }
}
