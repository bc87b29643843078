namespace EdgeSync.Signing.Policies;

/// <summary>Who must have signed release records of some repositories and channels.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Scope">What it is for.</param>
/// <param name="Keys">The keys, and how many different ones must have signed. A release record takes signatures of keys only.</param>
public sealed record ReleaseRule(string Name, TrustScope Scope, KeyRing Keys);
