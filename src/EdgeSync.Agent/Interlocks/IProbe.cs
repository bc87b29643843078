namespace EdgeSync.Agent.Interlocks;

/// <summary>A question to the site. It is bounded in time and in what it reads.</summary>
internal interface IProbe
{
    /// <summary>Asks once. Raises nothing but the end of <paramref name="cancellationToken"/>.</summary>
    Task<ProbeAnswer> AskAsync(TimeProvider time, CancellationToken cancellationToken);
}

/// <summary>What a question found.</summary>
/// <param name="Verdict">What it means.</param>
/// <param name="Found">What was found, in words that are the same each time for the same cause.</param>
/// <param name="Said">What was read, on one line and cut; it may differ each time. Null where there is nothing.</param>
internal sealed record ProbeAnswer(ProbeVerdict Verdict, string Found, string? Said = null)
{
    /// <summary>The most characters of <see cref="Said"/>.</summary>
    public const int MaxSaid = 200;

    public bool IsOpen => Verdict == ProbeVerdict.Open;

    public static ProbeAnswer Open(string found) => new(ProbeVerdict.Open, found);

    public static ProbeAnswer Closed(string found, string? said = null) => new(ProbeVerdict.Closed, found, said);

    public static ProbeAnswer Unknown(string found, string? said = null) => new(ProbeVerdict.Unknown, $"it cannot be asked: {found}", said);

    public static ProbeAnswer Of(bool isOpen, string found, string? said = null) => isOpen ? Open(found) : Closed(found, said);
}

/// <summary>What an answer means.</summary>
internal enum ProbeVerdict
{
    /// <summary>The activation may begin.</summary>
    Open,

    /// <summary>It may not.</summary>
    Closed,

    /// <summary>There was no answer; it may not.</summary>
    Unknown,
}
