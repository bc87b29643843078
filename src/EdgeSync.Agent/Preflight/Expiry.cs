namespace EdgeSync.Agent.Preflight;

/// <summary>Something that runs out.</summary>
/// <param name="What">What it is, for people.</param>
/// <param name="At">When, UTC; null where that could not be found out.</param>
/// <param name="Do">What a person does before that.</param>
internal sealed record Expiry(string What, DateTimeOffset? At, string Do)
{
    /// <summary>Why the date is not known, or null.</summary>
    public string? Problem { get; init; }
}

/// <summary>Finds things that run out, each with its date.</summary>
internal interface IExpirySource
{
    /// <summary>All that it knows of. What cannot be read has a problem in place of a date; what does not exist at this site is left out.</summary>
    Task<IReadOnlyList<Expiry>> FindAsync(CheckContext context, CancellationToken cancellationToken);
}
