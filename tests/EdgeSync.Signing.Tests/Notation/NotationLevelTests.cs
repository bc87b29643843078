using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Tests.Notation.World;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Notation;

public sealed class NotationLevelTests
{
    private static readonly NotationCase Expired = new(default, "") { Recipe = r => r.Expiring(TestWorld.Now) };
    private static readonly NotationCase OutOfTime = new(default, "") { Now = TestWorld.Now.AddYears(1) };
    private static readonly NotationCase Stranger = new(default, "") { Identities = ["x509.subject: C=US, ST=WA, O=Else"] };
    private static readonly NotationCase Revocable = new(default, "") { Recipe = r => r.Chain.Leaf.Extensions.Add(
        System.Security.Cryptography.X509Certificates.CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://crl.example.com"])) };

    private static readonly NotationCase Tampered = new(default, "") { Recipe = r => r.ChangeSignature = s => new byte[s.Length] };

    public static TheoryData<string, string, string> Outcomes => new()
    {
        { "strict", "expired", "Untrusted" },
        { "strict", "out of time", "Untrusted" },
        { "strict", "stranger", "Untrusted" },
        { "strict", "revocable", "Untrusted" },
        { "strict", "tampered", "Untrusted" },
        { "permissive", "expired", "Trusted" },
        { "permissive", "out of time", "Trusted" },
        { "permissive", "stranger", "Untrusted" },
        { "permissive", "revocable", "Trusted" },
        { "permissive", "tampered", "Untrusted" },
        { "audit", "expired", "Trusted" },
        { "audit", "out of time", "Trusted" },
        { "audit", "stranger", "Tolerated" },
        { "audit", "revocable", "Trusted" },
        { "audit", "tampered", "Untrusted" },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void Verify_AtALevel_EnforcesWhatTheSpecificationSays(string level, string fault, string outcome)
    {
        var verdict = (Case(fault) with { Level = NotationLevel.Find(level)! }).Verify(NotationCase.Jws);

        Assert.Equal(outcome, verdict.GetType().Name);
        Assert.Contains(verdict.Checks, c => c.Outcome == NotationCheckOutcome.Failed);
    }

    [Fact]
    public void Verify_LevelSkip_ChecksNothingAndNamesNoSigner()
    {
        var trust = new NotationTrust([], [], NotationLevel.Skip);

        var verdict = NotationVerifier.Verify(new byte[3], NotationCase.Jws, EnvelopeRecipe.Target, trust, TestWorld.Now);

        Assert.IsType<NotationVerdict.Tolerated>(verdict);
        Assert.All(verdict.Checks, c => Assert.Equal((NotationCheckOutcome.NotMade, NotationEnforcement.Skipped), (c.Outcome, c.Enforcement)));
        Assert.Equal(5, verdict.Checks.Count);
    }

    [Theory]
    [InlineData("expired", NotationCheckKind.Expiry)]
    [InlineData("out of time", NotationCheckKind.AuthenticTimestamp)]
    [InlineData("revocable", NotationCheckKind.Revocation)]
    public void Override_OneCheckLogged_TrustedAndReported(string fault, NotationCheckKind kind)
    {
        var level = NotationLevel.Strict.Override(kind, NotationEnforcement.Logged)!;

        var verdict = (Case(fault) with { Level = level }).Verify(NotationCase.Cose);

        Assert.IsType<NotationVerdict.Trusted>(verdict);
        var told = Assert.Single(verdict.Checks, c => c.Outcome == NotationCheckOutcome.Failed);
        Assert.Equal((kind, NotationEnforcement.Logged), (told.Kind, told.Enforcement));
    }

    [Fact]
    public void Override_AuthenticityEnforced_RefusesWhatAuditTolerates()
    {
        var level = NotationLevel.Audit.Override(NotationCheckKind.Authenticity, NotationEnforcement.Enforced)!;

        Assert.IsType<NotationVerdict.Untrusted>((Stranger with { Level = level }).Verify(NotationCase.Jws));
    }

    [Theory]
    [InlineData("skip", NotationCheckKind.Expiry, NotationEnforcement.Logged)]
    [InlineData("strict", NotationCheckKind.Integrity, NotationEnforcement.Logged)]
    [InlineData("strict", NotationCheckKind.Authenticity, NotationEnforcement.Skipped)]
    [InlineData("strict", NotationCheckKind.AuthenticTimestamp, NotationEnforcement.Skipped)]
    [InlineData("strict", NotationCheckKind.Expiry, NotationEnforcement.Skipped)]
    public void Override_NotInTheSpecification_IsRefused(string level, NotationCheckKind kind, NotationEnforcement enforcement) =>
        Assert.Null(NotationLevel.Find(level)!.Override(kind, enforcement));

    [Theory]
    [InlineData("Strict")]
    [InlineData("custom")]
    [InlineData("")]
    public void Find_UnknownName_IsNone(string name) => Assert.Null(NotationLevel.Find(name));

    private static NotationCase Case(string fault) => fault switch
    {
        "expired" => Expired,
        "out of time" => OutOfTime,
        "stranger" => Stranger,
        "revocable" => Revocable,
        _ => Tampered,
    };
}
