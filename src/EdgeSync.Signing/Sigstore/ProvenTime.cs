namespace EdgeSync.Signing.Sigstore;

/// <summary>A moment at which the signature was there, by the word of somebody whom the trusted root names.</summary>
/// <param name="Time">When.</param>
/// <param name="Source">Who says so.</param>
public sealed record ProvenTime(DateTimeOffset Time, string Source);
