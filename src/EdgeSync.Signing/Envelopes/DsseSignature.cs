namespace EdgeSync.Signing.Envelopes;

/// <summary>One signature of an envelope.</summary>
/// <param name="KeyId">A hint which key made it. It is not signed and decides nothing.</param>
/// <param name="Value">The signature. Not an identity: ECDSA signatures are malleable.</param>
public sealed record DsseSignature(string? KeyId, ReadOnlyMemory<byte> Value);
