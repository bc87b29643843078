namespace EdgeSync.Signing.Envelopes;

/// <summary>The envelope as it stands in JSON. Members that the specification may add are skipped, as it asks.</summary>
internal sealed record EnvelopeDocument(string Payload, string PayloadType, IReadOnlyList<SignatureDocument?> Signatures);
