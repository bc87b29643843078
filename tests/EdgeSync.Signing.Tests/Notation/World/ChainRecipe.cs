using System.Security.Cryptography;
using EdgeSync.Signing.Notation.Stores;

namespace EdgeSync.Signing.Tests.Notation.World;

/// <summary>A signer's certificate, the authority that issued it, and the root.</summary>
internal sealed class ChainRecipe
{
    public const string Signer = "CN=builder, OU=Release, O=Shop, S=WA, C=US";

    private static readonly ECDsa LeafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECDsa IntermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECDsa RootKey = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private IReadOnlyList<byte[]>? _made;

    public CertificateRecipe Leaf { get; } = new() { Subject = Signer, Key = LeafKey };

    public CertificateRecipe Intermediate { get; } = CertificateRecipe.Authority("CN=issuer, O=Shop, C=US", IntermediateKey);

    public CertificateRecipe Root { get; } = CertificateRecipe.Authority("CN=root, O=Shop, C=US", RootKey);

    /// <summary>A last change to the finished certificates.</summary>
    public Func<List<byte[]>, List<byte[]>> Change { get; set; } = chain => chain;

    /// <summary>The leaf first; created once.</summary>
    public IReadOnlyList<byte[]> Certificates => _made ??= Change([Leaf.Issue(Intermediate), Intermediate.Issue(Root), Root.Issue(Root)]);

    public void ValidAround(DateTimeOffset time)
    {
        foreach (var certificate in new[] { Leaf, Intermediate, Root })
        {
            (certificate.From, certificate.To) = (time.AddDays(-1), time.AddDays(30));
        }
    }

    public NotationTrustStore Store(NotationStoreKind kind = NotationStoreKind.CertificateAuthority, string name = "shop") => Store(Certificates[^1], kind, name);

    public static NotationTrustStore Store(byte[] root, NotationStoreKind kind, string name)
    {
        Assert.True(NotationTrustStore.TryRead(kind, name, Pem([root]), out var store, out var problem), problem);
        return store;
    }

    public static string Pem(IEnumerable<byte[]> certificates) =>
        string.Join('\n', certificates.Select(c => PemEncoding.WriteString("CERTIFICATE", c))) + "\n";
}
