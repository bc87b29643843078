namespace EdgeSync.Hq.Api;

/// <summary>The body of a failed API request (RFC 9457).</summary>
internal sealed record ProblemDocument(int Status, string Reason, string Detail, string? Hint);
