namespace EdgeSync.Signing.Sigstore;

/// <summary>A time at which the signature existed, proven by a log or authority of the trusted root.</summary>
/// <param name="Time">When.</param>
/// <param name="Source">Who says so.</param>
public sealed record ProvenTime(DateTimeOffset Time, string Source);
