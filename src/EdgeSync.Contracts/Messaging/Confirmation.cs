namespace EdgeSync.Contracts.Messaging;

/// <summary>HQ has stored every ledger entry up to this one.</summary>
/// <param name="Through">The highest number stored without a gap; 0 means none.</param>
public sealed record Confirmation(long Through);
