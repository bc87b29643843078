using EdgeSync.Oci.Manifests;
using EdgeSync.Primitives;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Signing.Verification;

/// <summary>The input of a format: whether any of these authorities has signed this bundle.</summary>
internal sealed class SignatureQuestion(Descriptor bundle, IReadOnlyList<TrustAuthority> authorities, DateTimeOffset now)
{
    public Descriptor Bundle { get; } = bundle;

    public DateTimeOffset Now { get; } = now;

    /// <summary>The authorities with keys, each key once.</summary>
    public IReadOnlyList<TrustAuthority.ByKey> Keys { get; } =
        [.. authorities.OfType<TrustAuthority.ByKey>().DistinctBy(authority => authority.Key.Id)];

    public IReadOnlyList<TrustAuthority.ByIdentity> Identities { get; } = [.. authorities.OfType<TrustAuthority.ByIdentity>()];

    public IReadOnlyList<TrustAuthority.ByCertificate> Certificates { get; } = [.. authorities.OfType<TrustAuthority.ByCertificate>()];

    /// <summary>Why a signature by a key does not count, where none of the rule's keys made it: <c>a signature</c>, then this.</summary>
    public string NoKeyFound => Keys.Count > 0 ? "by no key that the rule names" : "by a key, and the rule names none";

    /// <summary>The holder of this key, under every name that the rule has for it.</summary>
    public TrustSigner SignerOf(TrustAuthority.ByKey signer) => new(signer.Key.Id.ToString(), signer.Key.ToString(), [.. NamesOf(signer.Key.Id)]);

    /// <summary>The names of the authorities with this key.</summary>
    public IEnumerable<string> NamesOf(Digest key) =>
        authorities.OfType<TrustAuthority.ByKey>().Where(other => other.Key.Id == key).Select(other => other.Name);
}
