namespace EdgeSync.Agent.LocalApi;

/// <summary>Why the daemon did not do what it was asked.</summary>
internal sealed record LocalFault(string Reason, string Message, int ExitCode, string? Hint = null);
