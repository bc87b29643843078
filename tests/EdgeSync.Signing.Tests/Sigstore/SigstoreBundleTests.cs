using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

public sealed class SigstoreBundleTests
{
    public static TheoryData<string> Hostile => BundleTexts.Names;

    [Theory]
    [MemberData(nameof(Hostile))]
    public void TryParse_NotABundle_ReportsWhy(string name)
    {
        var (make, words) = BundleTexts.All[name];

        Assert.False(SigstoreBundle.TryParse(make(), out var bundle, out var problem));
        Assert.Null(bundle);
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_BundleOfAKey_GivesItsHint()
    {
        var bytes = TestWorld.Bytes(new BundleRecipe { ByKey = true, Entry = "" }.Make());

        Assert.True(SigstoreBundle.TryParse(bytes, out var bundle, out _));
        Assert.Equal("key", bundle.KeyHint);
        Assert.False(bundle.HasCertificate);
        Assert.False(bundle.HasEnvelope);
        Assert.Equal(BundleVersion.V03, bundle.Version);
    }
}
