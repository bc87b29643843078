namespace EdgeSync.Agent.Trust;

/// <summary>A role, for people and scripts.</summary>
/// <param name="Keys">Its keys.</param>
/// <param name="Threshold">How many different ones must sign.</param>
internal sealed record TrustRoleView(IReadOnlyList<TrustKeyView> Keys, int Threshold);
