namespace EdgeSync.Signing.Envelopes;

/// <summary>One signature in JSON.</summary>
internal sealed record SignatureDocument(string Sig, string? Keyid = null);
