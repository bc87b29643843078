namespace EdgeSync.Signing.Sigstore.Keys;

/// <summary>The kinds of public keys in the Sigstore ecosystem that are checked here.</summary>
internal enum SigstoreKeyKind
{
    EcdsaP256,
    EcdsaP384,
    EcdsaP521,
    Ed25519,
    RsaPkcs1,
    RsaPss,
}
