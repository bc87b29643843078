namespace EdgeSync.Signing.Envelopes;

/// <summary>The envelope in JSON. Unknown members are skipped, as the specification requires.</summary>
internal sealed record EnvelopeDocument(string Payload, string PayloadType, IReadOnlyList<SignatureDocument?> Signatures);
