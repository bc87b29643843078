namespace EdgeSync.Contracts.Trust;

/// <summary>A public key in a trust root.</summary>
/// <param name="Name">A name for people; never part of a decision.</param>
/// <param name="Key">Its SubjectPublicKeyInfo (DER) in standard base64: the lines between those of a PEM block <c>PUBLIC KEY</c>, joined.</param>
public sealed record TrustKey(string Name, string Key);
