using System.Security.Cryptography;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Notation.Stores;
using EdgeSync.Signing.Tests.Notation.World;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Notation;

public sealed class NotationTrustTests
{
    private const string Shop = "x509.subject: C=US, ST=WA, O=Shop";
    private static readonly NotationTrustStore Store = new ChainRecipe().Store();

    public static TheoryData<string, string> BadIdentities => new()
    {
        { "", "begins with" },
        { "**", "begins with" },
        { "x509.Subject: C=US, ST=WA, O=Shop", "begins with" },
        { "x509.subject:", "list of TYPE=value" },
        { "x509.subject: *", "list of TYPE=value" },
        { "x509.subject: C=US, ST=WA", "lacks O" },
        { "x509.subject: C=US, O=Shop", "lacks ST" },
        { "x509.subject: ST=WA, O=Shop", "lacks C" },
        { "x509.subject: C=US, ST=WA, O=Shop,", "list of TYPE=value" },
        { "x509.subject: C=US,, ST=WA, O=Shop", "is none of" },
        { "x509.subject: C=US, ST=WA, O=Shop, O=Else", "O appears twice" },
        { "x509.subject: C=US, ST=WA, S=WA, O=Shop", "ST appears twice" },
        { "x509.subject: C=US, ST=WA, O=", "O is empty" },
        { "x509.subject: C=US, ST=WA, O=  ", "O is empty" },
        { "x509.subject: c=US, ST=WA, O=Shop", "'c' is none of" },
        { "x509.subject: C=US, ST=WA, O=Shop, X=1", "'X' is none of" },
        { "x509.subject: C=US, ST=WA, O=Shop+OU=Release", "escaped" },
        { "x509.subject: C=US, ST=WA, O=Shop; OU=Release", "escaped" },
        { "x509.subject: C=US ST=WA, O=Shop", "escaped" },
        { "x509.subject: C=US, ST=WA, O=\"Shop\"", "escaped" },
        { "x509.subject: C=US, ST=WA, O=#0c04", "escaped" },
        { "x509.subject: C=US, ST=WA, O=Shop\\", "escaped" },
        { "x509.subject: C=US, ST=WA, O=Sh\\op", "escaped" },
        { "x509.subject: C=US, ST=WA, O=Sh\nop", "escaped" },
        { "x509.subject: C=US, ST=WA, O=" + new string('a', 2048), "longer than 2048" },
    };

    [Theory]
    [MemberData(nameof(BadIdentities))]
    public void TryParse_BadIdentity_ReportsWhy(string text, string words)
    {
        Assert.False(NotationIdentity.TryParse(text, out _, out var problem));

        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*", "*")]
    [InlineData(Shop, Shop)]
    [InlineData("x509.subject:  O = Shop ,S=WA,C=US ", "x509.subject: O=Shop, ST=WA, C=US")]
    [InlineData("x509.subject: C=US, ST=WA, O=Shop\\, Inc., CN=C# \\+ \\\"more\\\"", "x509.subject: C=US, ST=WA, O=Shop\\, Inc., CN=C\\# \\+ \\\"more\\\"")]
    [InlineData("x509.subject: C=US, ST=WA, O=\\ Shop\\ ", "x509.subject: C=US, ST=WA, O=\\ Shop\\ ")]
    public void TryParse_Identity_HasOneCanonicalText(string text, string written)
    {
        Assert.True(NotationIdentity.TryParse(text, out var identity, out var problem), problem);

        Assert.Equal(written, identity.ToString());
        Assert.True(NotationIdentity.TryParse(written, out var again, out _));
        Assert.Equal(written, again.ToString());
    }

    [Theory]
    [InlineData("CN=\"Shop, Inc.\", O=\"Shop, Inc.\", S=WA, C=US", "x509.subject: C=US, ST=WA, O=Shop\\, Inc.", true)]
    [InlineData("CN=builder, O=Shop, S=WA, C=US", "x509.subject: C=US, ST=WA, O=Shop\\ ", false)]
    [InlineData("CN=builder, OU=a, OU=b, O=Shop, S=WA, C=US", Shop, true)]
    [InlineData("CN=builder, OU=a, OU=b, O=Shop, S=WA, C=US", Shop + ", OU=a", false)]
    [InlineData("CN=builder, DC=example, DC=com, O=Shop, S=WA, C=US", Shop, true)]
    [InlineData("CN=Bäcker, O=Shop, S=WA, C=US", Shop + ", CN=Bäcker", true)]
    public void Verify_Identity_MatchesByValue(string subject, string identity, bool trusted)
    {
        var verdict = new NotationCase(default, "") { Recipe = r => r.Chain.Leaf.Subject = subject, Identities = [identity] }.Verify(NotationCase.Jws);

        Assert.True(trusted == verdict is NotationVerdict.Trusted, string.Join('\n', verdict.Checks));
    }

    [Fact]
    public void FindFaults_SeveralFaults_ReportsAll()
    {
        var stamps = ChainRecipe.Store(TestWorld.TimestampRoot.Root.RawData, NotationStoreKind.TimestampAuthority, "times");

        var faults = NotationTrust.FindFaults([stamps, stamps], [], NotationLevel.Strict);

        Assert.Equal(
            ["no trust store of the kind 'ca' or 'signingAuthority' is named", "the trust store 'tsa:times' is named twice", "no trusted identity is named"],
            faults);
    }

    [Theory]
    [InlineData("*", Shop, true)]
    [InlineData(Shop, Shop + ", OU=Release", true)]
    [InlineData(Shop, Shop, true)]
    [InlineData(Shop, "x509.subject: C=US, ST=WA, O=Else", false)]
    [InlineData(Shop + ", OU=a", Shop + ", OU=b", false)]
    public void FindFaults_TwoIdentities_MayNotOverlap(string first, string second, bool overlap)
    {
        var faults = NotationTrust.FindFaults([Store], [NotationCase.Identity(first), NotationCase.Identity(second)], NotationLevel.Strict);

        Assert.Equal(overlap, faults is [var fault] && fault.Contains("overlap", StringComparison.Ordinal));
    }

    [Fact]
    public void FindFaults_SkipWithStores_IsAFault() =>
        Assert.Contains("skip", Assert.Single(NotationTrust.FindFaults([Store], [NotationIdentity.Any], NotationLevel.Skip)), StringComparison.Ordinal);

    [Fact]
    public void Constructor_WithAFault_Throws()
    {
        var failure = Assert.Throws<SigningException>(() => new NotationTrust([Store], [], NotationLevel.Strict));

        Assert.Equal(SigningReasons.TrustPolicyInvalid, failure.Reason);
    }

    [Fact]
    public void TryRead_NotAStore_ReportsWhy()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var chain = new ChainRecipe();
        AssertRefused("", "no certificate");
        AssertRefused("not PEM", "no certificate");
        AssertRefused(ChainRecipe.Pem([chain.Certificates[1]]), "is not a root");
        AssertRefused(ChainRecipe.Pem([[0x30, 0]]), "damaged");
        AssertRefused(ChainRecipe.Pem([chain.Certificates[2]]) + key.ExportPkcs8PrivateKeyPem(), "PRIVATE KEY");
        AssertRefused(ChainRecipe.Pem(Enumerable.Repeat(chain.Certificates[2], 65)), "more than 64");
    }

    [Fact]
    public void Verify_SeveralRootsInAStore_TheRightOneIsFound()
    {
        var recipe = new EnvelopeRecipe();
        var pem = ChainRecipe.Pem([new ChainRecipe().Certificates[^1], recipe.Chain.Certificates[^1], new ChainRecipe().Certificates[^1]]);
        Assert.True(NotationTrustStore.TryRead(NotationStoreKind.CertificateAuthority, "many", pem, out var store, out _));

        var verdict = NotationVerifier.Verify(
            recipe.Make(NotationCase.Cose), NotationCase.Cose, EnvelopeRecipe.Target, new NotationTrust([Store, store], [NotationIdentity.Any], NotationLevel.Strict), TestWorld.Now);

        Assert.Equal("ca:many", Assert.IsType<NotationVerdict.Trusted>(verdict).Signer.Store);
    }

    [Fact]
    public void Verify_TimestampRootsOfOneName_TheRightOneIsFound()
    {
        var recipe = new EnvelopeRecipe().Stamped();
        var twin = new TestAuthority("times", TestTimestamper.Timestamping).Root;
        Assert.Equal(twin.Subject, TestWorld.TimestampRoot.Root.Subject);
        var pem = ChainRecipe.Pem([twin.RawData, TestWorld.TimestampRoot.Root.RawData]);
        Assert.True(NotationTrustStore.TryRead(NotationStoreKind.TimestampAuthority, "times", pem, out var times, out _));

        var verdict = NotationVerifier.Verify(
            recipe.Make(NotationCase.Jws), NotationCase.Jws, EnvelopeRecipe.Target, new NotationTrust([recipe.Chain.Store(), times], [NotationIdentity.Any], NotationLevel.Strict), TestWorld.Now);

        Assert.Equal(TestWorld.Now, Assert.IsType<NotationVerdict.Trusted>(verdict).ProvenTime);
    }

    private static void AssertRefused(string pem, string words)
    {
        Assert.False(NotationTrustStore.TryRead(NotationStoreKind.CertificateAuthority, "shop", pem, out _, out var problem));

        Assert.Contains(words, problem, StringComparison.Ordinal);
    }
}
