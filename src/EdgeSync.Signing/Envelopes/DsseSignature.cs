namespace EdgeSync.Signing.Envelopes;

/// <summary>One signature of an envelope.</summary>
/// <param name="KeyId">A hint which key made it. Anybody can write anything here; it decides nothing.</param>
/// <param name="Value">The signature. Not an identity: ECDSA signatures are malleable.</param>
public sealed record DsseSignature(string? KeyId, ReadOnlyMemory<byte> Value);
