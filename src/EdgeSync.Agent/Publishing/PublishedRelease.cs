using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;

namespace EdgeSync.Agent.Publishing;

/// <summary>A record as published in the registry.</summary>
/// <param name="Record">The record.</param>
/// <param name="Payload">The digest of the signed payload, which a second signer compares.</param>
/// <param name="Reference">Its reference by digest.</param>
/// <param name="Signatures">How many signatures it has.</param>
internal sealed record PublishedRelease(ReleaseRecord Record, Digest Payload, OciReference Reference, int Signatures);
