using EdgeSync.Primitives;

namespace EdgeSync.Agent.Trust;

/// <summary>A key of a role, for people and scripts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Id">Its identifier.</param>
/// <param name="Revoked">Whether it counts no more.</param>
internal sealed record TrustKeyView(string Name, Digest Id, bool Revoked);
