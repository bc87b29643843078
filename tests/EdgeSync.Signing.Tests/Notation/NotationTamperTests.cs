using EdgeSync.Primitives;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Tests.Notation.World;
using EdgeSync.Signing.Tests.Sigstore.World;

namespace EdgeSync.Signing.Tests.Notation;

public sealed class NotationTamperTests
{
    [Theory]
    [InlineData(NotationCase.Jws, false)]
    [InlineData(NotationCase.Cose, false)]
    [InlineData(NotationCase.Jws, true)]
    [InlineData(NotationCase.Cose, true)]
    public void Verify_AnyByteChanged_NotTrusted(string mediaType, bool stamped)
    {
        // The signing agent is the only part that no signature covers; the fuzz tests cover the unsigned parts of a timestamp.
        var recipe = new EnvelopeRecipe
        {
            ChangeJws = e => e["header"]!.AsObject().Remove(EnvelopeRecipe.Prefix + "signingAgent"),
            ChangeUnprotected = u => u.RemoveAt(1),
        };
        var trust = (new NotationCase(default, "") { AsksForTimestamp = stamped }).Trust(stamped ? recipe.Stamped() : recipe);
        var good = recipe.Make(mediaType);
        Assert.IsType<NotationVerdict.Trusted>(Verify(good, mediaType, trust));

        for (var i = 0; i < good.Length; i++)
        {
            var changed = good.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            var verdict = Verify(changed, mediaType, trust);
            if (verdict is NotationVerdict.Trusted trusted)
            {
                Assert.True(stamped, $"byte {i} does not matter");
                Assert.Equal(TestWorld.Now, trusted.ProvenTime);
            }
        }
    }

    [Fact]
    public void Verify_SameInputTwice_SameVerdict()
    {
        var recipe = new EnvelopeRecipe().Stamped();
        var trust = (new NotationCase(default, "") { AsksForTimestamp = true }).Trust(recipe);
        var envelope = recipe.Make(NotationCase.Jws);

        var first = Assert.IsType<NotationVerdict.Trusted>(Verify(envelope, NotationCase.Jws, trust));
        var second = Assert.IsType<NotationVerdict.Trusted>(Verify(envelope, NotationCase.Jws, trust));

        Assert.Equal(first.Checks, second.Checks);
        Assert.Equal(first.Signer.Chain, second.Signer.Chain);
        Assert.Equal(TestWorld.Now, first.ProvenTime);
        Assert.Equal([.. recipe.Chain.Certificates.Select(c => Digest.Of(c))], first.Signer.Chain);
    }

    private static NotationVerdict Verify(byte[] envelope, string mediaType, NotationTrust trust) =>
        NotationVerifier.Verify(envelope, mediaType, EnvelopeRecipe.Target, trust, TestWorld.Now);
}
