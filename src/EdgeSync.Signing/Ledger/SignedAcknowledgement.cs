using EdgeSync.Contracts.Acknowledgements;

namespace EdgeSync.Signing.Ledger;

/// <summary>An acknowledgement in its place in the ledger, signed.</summary>
/// <param name="Entry">What was signed, with its number and the digest of the entry before.</param>
/// <param name="Envelope">The DSSE envelope in JSON: what is stored and sent.</param>
/// <param name="Head">What the next entry follows.</param>
public sealed record SignedAcknowledgement(Acknowledgement Entry, ReadOnlyMemory<byte> Envelope, LedgerHead Head);
