using EdgeSync.Signing.Notation;

namespace EdgeSync.Signing.Tests.Notation;

public sealed class NotationVerifierTests
{
    public static TheoryData<string, string> Envelopes => Names(EnvelopeCases.All);

    public static TheoryData<string, string> Jws => Names(JwsCases.All);

    public static TheoryData<string, string> Cose => Names(CoseCases.All);

    public static TheoryData<string, string> Certificates => Names(CertificateRuleCases.All);

    public static TheoryData<string, string> Timestamps => Names(CountersignatureCases.All);

    public static TheoryData<string, string> Good => Names(AcceptedCases.All);

    [Theory]
    [MemberData(nameof(Envelopes))]
    public void Verify_EnvelopeWithAFault_ReportsTheFault(string name, string mediaType) => AssertRefused(EnvelopeCases.All[name], mediaType);

    [Theory]
    [MemberData(nameof(Jws))]
    public void Verify_JwsWithAFault_ReportsTheFault(string name, string mediaType) => AssertRefused(JwsCases.All[name], mediaType);

    [Theory]
    [MemberData(nameof(Cose))]
    public void Verify_CoseWithAFault_ReportsTheFault(string name, string mediaType) => AssertRefused(CoseCases.All[name], mediaType);

    [Theory]
    [MemberData(nameof(Certificates))]
    public void Verify_CertificateWithAFault_ReportsTheFault(string name, string mediaType) => AssertRefused(CertificateRuleCases.All[name], mediaType);

    [Theory]
    [MemberData(nameof(Timestamps))]
    public void Verify_TimestampWithAFault_ReportsTheFault(string name, string mediaType) => AssertRefused(CountersignatureCases.All[name], mediaType);

    [Theory]
    [MemberData(nameof(Good))]
    public void Verify_ValidBundle_Trusted(string name, string mediaType)
    {
        var verdict = AcceptedCases.All[name].Verify(mediaType);

        Assert.True(verdict is NotationVerdict.Trusted, string.Join('\n', verdict.Checks));
        Assert.All(verdict.Checks, c => Assert.NotEqual(NotationCheckOutcome.Failed, c.Outcome));
        AssertComplete(verdict);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/jose")]
    [InlineData("Application/jose+json")]
    [InlineData("")]
    public void Verify_AnotherMediaType_Refused(string mediaType)
    {
        var verdict = NotationVerifier.Verify(
            new World.EnvelopeRecipe().Make(NotationCase.Jws), mediaType, World.EnvelopeRecipe.Target, new NotationCase(default, "").Trust(new()), default);

        Assert.Contains("an envelope is", Assert.IsType<NotationVerdict.Untrusted>(verdict).Failure.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NotationCase.Jws, NotationCase.Cose)]
    [InlineData(NotationCase.Cose, NotationCase.Jws)]
    public void Verify_EnvelopeOfTheOtherFormat_Refused(string made, string said)
    {
        var recipe = new World.EnvelopeRecipe();

        var verdict = NotationVerifier.Verify(
            recipe.Make(made), said, World.EnvelopeRecipe.Target, new NotationCase(default, "").Trust(recipe), Sigstore.World.TestWorld.Now);

        Assert.Equal(NotationCheckKind.Integrity, Assert.IsType<NotationVerdict.Untrusted>(verdict).Failure.Kind);
    }

    private static void AssertRefused(NotationCase hostile, string mediaType)
    {
        var verdict = hostile.Verify(mediaType);

        var untrusted = Assert.IsType<NotationVerdict.Untrusted>(verdict);
        Assert.True(
            untrusted.Failure.Kind == hostile.Kind && untrusted.Failure.Evidence.Contains(hostile.Words, StringComparison.Ordinal),
            $"expected {hostile.Kind} with '{hostile.Words}', got:\n{string.Join('\n', verdict.Checks)}");
        AssertComplete(verdict);
    }

    private static void AssertComplete(NotationVerdict verdict) =>
        Assert.Equal(Enum.GetValues<NotationCheckKind>(), verdict.Checks.Select(c => c.Kind).Distinct().Order());

    private static TheoryData<string, string> Names(IReadOnlyDictionary<string, NotationCase> cases)
    {
        var names = new TheoryData<string, string>();
        foreach (var (name, hostile) in cases)
        {
            foreach (var mediaType in new[] { NotationCase.Jws, NotationCase.Cose }.Where(m => hostile.Only is null || hostile.Only == m))
            {
                names.Add(name, mediaType);
            }
        }

        return names;
    }
}
