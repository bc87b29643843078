using EdgeSync.Signing.Sigstore.Roots;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Sigstore;

public sealed class TrustedRootTests
{
    public static TheoryData<string> Hostile => RootTexts.Names;

    [Theory]
    [MemberData(nameof(Hostile))]
    public void TryParse_NotARoot_ReportsWhy(string name)
    {
        var (make, words) = RootTexts.All[name];

        Assert.False(TrustedRoot.TryParse(make(), out var root, out var problem));
        Assert.Null(root);
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_Root_KeepsItsAuthoritiesAndLogs()
    {
        Assert.True(TrustedRoot.TryParse(TestWorld.Bytes(TestWorld.Root()), out var root, out _));

        Assert.Equal(["https://rekor.example.com", "https://log2026.example.com"], root.Logs.Select(log => log.BaseUrl));
        Assert.Single(root.CertificateLogs);
        Assert.Equal(2, Assert.Single(root.CertificateAuthorities).Chain.Count);
        Assert.Equal(3, Assert.Single(root.TimestampAuthorities).Chain.Count);
    }

    [Fact]
    public void Parse_NotARoot_NamesTheFile()
    {
        var failure = Assert.Throws<SigningException>(() => TrustedRoot.Parse("{}"u8, "trusted_root.json"));

        Assert.Equal(SigningReasons.TrustedRootInvalid, failure.Reason);
        Assert.Equal("trusted_root.json", failure.Subject);
    }
}
