namespace EdgeSync.Signing.Envelopes;

/// <summary>One signature as it stands in JSON.</summary>
internal sealed record SignatureDocument(string Sig, string? Keyid = null);
