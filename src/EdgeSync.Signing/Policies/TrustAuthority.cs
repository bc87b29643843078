using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Roots;

namespace EdgeSync.Signing.Policies;

/// <summary>A signer whose signatures a site may accept, under the name that rules use. Only the rules decide what it may sign. Immutable.</summary>
public abstract record TrustAuthority
{
    private TrustAuthority(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>Its name in rules and messages.</summary>
    public string Name { get; }

    /// <summary>The holder of a key.</summary>
    public sealed record ByKey : TrustAuthority
    {
        /// <summary>An authority with this key.</summary>
        public ByKey(string name, VerificationKey key)
            : base(name)
        {
            ArgumentNullException.ThrowIfNull(key);
            Key = key;
        }

        /// <summary>The key. Two authorities with one key are one signer.</summary>
        public VerificationKey Key { get; }
    }

    /// <summary>A signer with a certificate under a Notation trust store.</summary>
    public sealed record ByCertificate : TrustAuthority
    {
        /// <summary>An authority with these stores and identities.</summary>
        public ByCertificate(string name, NotationTrust trust)
            : base(name)
        {
            ArgumentNullException.ThrowIfNull(trust);
            Trust = trust;
        }

        /// <summary>The stores, the identities and how strictly signatures are verified.</summary>
        public NotationTrust Trust { get; }
    }

    /// <summary>A signer with a certificate under a Sigstore root.</summary>
    public sealed record ByIdentity : TrustAuthority
    {
        /// <summary>An authority with this identity under this root.</summary>
        public ByIdentity(string name, SigstoreIdentity identity, TrustedRoot root, SigstoreRequirements requirements)
            : base(name)
        {
            ArgumentNullException.ThrowIfNull(identity);
            ArgumentNullException.ThrowIfNull(root);
            ArgumentNullException.ThrowIfNull(requirements);
            Identity = identity;
            Root = root;
            Requirements = requirements;
        }

        /// <summary>The identity that the certificate must have.</summary>
        public SigstoreIdentity Identity { get; }

        /// <summary>The trusted root that verifies the certificate.</summary>
        public TrustedRoot Root { get; }

        /// <summary>The evidence that must be present with the signature.</summary>
        public SigstoreRequirements Requirements { get; }
    }
}
