using EdgeSync.Contracts.Acknowledgements;

namespace EdgeSync.Signing.Ledger;

/// <summary>An acknowledgement in its place in the ledger, not signed yet.</summary>
/// <param name="Entry">What is to be signed, with its number and the digest of the entry before.</param>
/// <param name="Payload">The entry's bytes, exactly as they are signed.</param>
/// <param name="Head">What the next entry follows.</param>
public sealed record ChainedAcknowledgement(Acknowledgement Entry, ReadOnlyMemory<byte> Payload, LedgerHead Head);
