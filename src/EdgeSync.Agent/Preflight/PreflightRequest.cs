namespace EdgeSync.Agent.Preflight;

/// <summary>What <c>edgesync preflight</c> was asked for.</summary>
internal sealed record PreflightRequest
{
    /// <summary>What the checks are asked.</summary>
    public required InspectionRequest Inspection { get; init; }

    public required string By { get; init; }

    /// <summary>By when the site must be ready, UTC, or null.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The reason of the hold that stays when the answer is GO, or null.</summary>
    public string? Hold { get; init; }

    /// <summary>When that hold ends by itself, or null.</summary>
    public DateTimeOffset? HoldUntil { get; init; }
}
