namespace EdgeSync.Contracts.Messaging;

/// <summary>The trust root that a site uses.</summary>
public sealed record TrustStatus
{
    /// <summary>The root's version.</summary>
    public required long Version { get; init; }

    /// <summary>When the root expires, UTC: from then on nothing new is begun until a newer one comes.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The number of the newest list of revocations, or null before the first.</summary>
    public long? Revocations { get; init; }

    /// <summary>The reason code where the trust is in doubt, or something newer was refused; or null.</summary>
    public string? Reason { get; init; }

    /// <summary>One sentence for people, or null.</summary>
    public string? Message { get; init; }

    /// <summary>What an operator can do, or null.</summary>
    public string? Hint { get; init; }
}
