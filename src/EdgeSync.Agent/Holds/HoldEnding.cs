namespace EdgeSync.Agent.Holds;

/// <summary>A request to end holds.</summary>
/// <param name="By">Who asks.</param>
/// <param name="Owner">Whose holds, or null for everybody's.</param>
/// <param name="Channel">Of which channel alone, or null for all.</param>
internal sealed record HoldEnding(string By, string? Owner = null, string? Channel = null);
