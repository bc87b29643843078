namespace EdgeSync.Build.Testing;

/// <summary>A test that failed, and what it said.</summary>
internal sealed record FailedTest(string Name, string Message);
