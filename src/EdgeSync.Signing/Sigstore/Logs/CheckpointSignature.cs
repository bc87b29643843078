namespace EdgeSync.Signing.Sigstore.Logs;

/// <summary>One signature line of a checkpoint: by the log itself, or by a witness that saw it.</summary>
/// <param name="Name">Who signed, in its own words.</param>
/// <param name="KeyHint">Four bytes that help to find the key.</param>
/// <param name="Signature">The signature; a witness's begins with its time.</param>
internal sealed record CheckpointSignature(string Name, ReadOnlyMemory<byte> KeyHint, ReadOnlyMemory<byte> Signature);
