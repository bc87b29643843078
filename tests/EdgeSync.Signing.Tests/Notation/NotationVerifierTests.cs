using EdgeSync.Signing.Notation;

namespace EdgeSync.Signing.Tests.Notation;

public sealed class NotationVerifierTests
{
    [Theory]
    [InlineData(NotationCase.Jws)]
    [InlineData(NotationCase.Cose)]
    public void Verify_EverythingHolds_Trusted(string mediaType)
    {
        var verdict = new NotationCase(default, "").Verify(mediaType);

        Assert.True(verdict is NotationVerdict.Trusted, string.Join('\n', verdict.Checks));
    }
}
