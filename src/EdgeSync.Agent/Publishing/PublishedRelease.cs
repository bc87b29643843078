using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.References;
using EdgeSync.Primitives;

namespace EdgeSync.Agent.Publishing;

/// <summary>A record as it now lies in the registry.</summary>
/// <param name="Record">The record.</param>
/// <param name="Payload">The digest of what was signed, by which a second signer knows it.</param>
/// <param name="Reference">Where it lies, by digest.</param>
/// <param name="Signatures">How many signatures it has.</param>
internal sealed record PublishedRelease(ReleaseRecord Record, Digest Payload, OciReference Reference, int Signatures);
