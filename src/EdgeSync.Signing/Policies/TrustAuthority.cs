using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Sigstore;
using EdgeSync.Signing.Sigstore.Roots;

namespace EdgeSync.Signing.Policies;

/// <summary>Somebody whose signatures a site may accept, under the name that rules use. What it may sign is said by the rules alone. Immutable.</summary>
public abstract record TrustAuthority
{
    private TrustAuthority(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>What rules and people call it.</summary>
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

    /// <summary>Somebody whom a certificate under a Notation trust store names.</summary>
    public sealed record ByCertificate : TrustAuthority
    {
        /// <summary>An authority with these stores and identities.</summary>
        public ByCertificate(string name, NotationTrust trust)
            : base(name)
        {
            ArgumentNullException.ThrowIfNull(trust);
            Trust = trust;
        }

        /// <summary>Who may vouch, for whom, and how strictly.</summary>
        public NotationTrust Trust { get; }
    }

    /// <summary>Somebody whom a certificate of a Sigstore root names.</summary>
    public sealed record ByIdentity : TrustAuthority
    {
        /// <summary>An authority with this identity, as this root knows it.</summary>
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

        /// <summary>Whom the certificate must name.</summary>
        public SigstoreIdentity Identity { get; }

        /// <summary>Who may vouch for it.</summary>
        public TrustedRoot Root { get; }

        /// <summary>The evidence that must be there beside the signature.</summary>
        public SigstoreRequirements Requirements { get; }
    }
}
