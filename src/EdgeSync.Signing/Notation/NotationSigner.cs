using EdgeSync.Primitives;

namespace EdgeSync.Signing.Notation;

/// <summary>The signer that a trusted authority names.</summary>
public sealed class NotationSigner
{
    internal NotationSigner(string subject, Digest key, IReadOnlyList<Digest> chain, string store, string identity)
    {
        Subject = subject;
        Key = key;
        Chain = chain;
        Store = store;
        Identity = identity;
    }

    /// <summary>The certificate's subject, written as in a trusted identity: <c>C=US, ST=WA, O=example, CN=builder</c>.</summary>
    public string Subject { get; }

    /// <summary>The digest of the public key (SubjectPublicKeyInfo): the same key under two certificates is one signer.</summary>
    public Digest Key { get; }

    /// <summary>The digests of the certificates in DER, the signer's own first, the root last.</summary>
    public IReadOnlyList<Digest> Chain { get; }

    /// <summary>The trust store that holds the root, as <c>ca:NAME</c> or <c>signingAuthority:NAME</c>.</summary>
    public string Store { get; }

    /// <summary>The trusted identity that matched.</summary>
    public string Identity { get; }

    /// <summary>For messages: the subject and the store.</summary>
    public override string ToString() => $"'{Subject}' under {Store}";
}
