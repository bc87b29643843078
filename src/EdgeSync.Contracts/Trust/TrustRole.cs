namespace EdgeSync.Contracts.Trust;

/// <summary>The keys of one role, and how many different ones of them must sign.</summary>
/// <param name="Keys">The keys, each once.</param>
/// <param name="Threshold">How many must sign, 1 to the number of keys.</param>
public sealed record TrustRole(IReadOnlyList<TrustKey> Keys, int Threshold);
