namespace EdgeSync.Hq.Api;

/// <summary>Why a request failed.</summary>
internal sealed record ProblemDocument(int Status, string Reason, string Detail, string? Hint);
