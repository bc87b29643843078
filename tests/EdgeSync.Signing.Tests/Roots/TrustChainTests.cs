using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Roots;
using static EdgeSync.Signing.Tests.Roots.RootFixture;

namespace EdgeSync.Signing.Tests.Roots;

public sealed class TrustChainTests
{
    [Fact]
    public void Append_SignedByOldAndNew_IsTheHead()
    {
        var chain = Chain(Sign(Root(2, "bcd/2"), "bd" + "c"));

        Assert.Equal(2, chain.Head.Version);
        Assert.Equal(["b", "c", "d"], chain.Links[1].Signers.Select(key => key.Name).Order());
        Assert.Equal(2, chain.Head.Roots.Threshold);
    }

    [Fact]
    public void Append_OneKeyInBothRoots_CountsForBoth() => Assert.Equal(2, Chain(Sign(Root(2, "abd/2"), "ab")).Head.Version);

    [Fact]
    public void Append_SameBytesAgain_IsKnown() => Assert.IsType<RootVerdict.Known>(Chain().Append(Sign(Root(1), "ab"), Nobody));

    [Fact]
    public void Append_SamePayloadWithAnotherSignature_IsKnown() => Assert.IsType<RootVerdict.Known>(Chain().Append(Sign(Root(1), "abc"), Nobody));

    [Fact]
    public void Append_TooFewOldSignatures_IsRefused()
    {
        var fault = Refused(Chain().Append(Sign(Root(2, "ade/2"), "ade"), Nobody), TrustReasons.RootOldThresholdNotMet);

        Assert.Contains("signed by a (", fault.Message, StringComparison.Ordinal);
        Assert.Contains("2 different", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Append_TooFewNewSignatures_IsRefused() =>
        Refused(Chain().Append(Sign(Root(2, "def/2"), "abd"), Nobody), TrustReasons.RootNewThresholdNotMet);

    [Fact]
    public void Append_StrangersOnly_IsRefused() => Refused(Chain().Append(Sign(Root(2, "xf/2"), "xf"), Nobody), TrustReasons.RootOldThresholdNotMet);

    [Fact]
    public void Append_ReleaseKeyInsteadOfRootKey_IsRefused() =>
        Refused(Chain().Append(Sign(Root(2), "ar"), Nobody), TrustReasons.RootOldThresholdNotMet);

    [Fact]
    public void Append_OneKeySigningTwice_CountsOnce()
    {
        Assert.True(DsseEnvelope.TryParse(Sign(Root(2), "a"), out var one, out _));
        Assert.True(DsseEnvelope.TryParse(Sign(Root(2), "a"), out var two, out _));
        var twice = System.Text.Encoding.UTF8.GetString(one.ToBytes())
            .Replace("\"signatures\":[", $"\"signatures\":[{{\"sig\":\"{Convert.ToBase64String(two.Signatures[0].Value.Span)}\"}},", StringComparison.Ordinal);

        Refused(Chain().Append(System.Text.Encoding.UTF8.GetBytes(twice), Nobody), TrustReasons.RootOldThresholdNotMet);
    }

    [Fact]
    public void Append_SkippedVersion_IsRefusedAndNamesTheMissingOne()
    {
        var fault = Refused(Chain().Append(Sign(Root(3), "ab"), Nobody), TrustReasons.RootSkipped);

        Assert.Contains("before root 2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Append_LowerVersionOfThisChain_IsReplay() =>
        Refused(Chain(Sign(Root(2), "ab")).Append(Sign(Root(1), "ab"), Nobody), TrustReasons.RootReplayed);

    [Fact]
    public void Append_VersionBeforeThePinnedOne_IsReplay() =>
        Refused(Begin(Sign(Root(7), "ab")).Append(Sign(Root(3, "xf/1"), "x"), Nobody), TrustReasons.RootReplayed);

    [Fact]
    public void Append_SameVersionOtherContentSigned_IsEquivocationWithEvidence()
    {
        var chain = Chain(Sign(Root(2), "ab"));

        var verdict = chain.Append(Sign(Root(2, "abd/2"), "ab"), Nobody);

        Refused(verdict, TrustReasons.RootEquivocation);
        Assert.Same(chain.Links[1], ((RootVerdict.Rejected)verdict).Contradicts);
    }

    [Fact]
    public void Append_OlderVersionOtherContentSignedByItsOldKeys_IsEquivocation() =>
        Refused(
            Chain(Sign(Root(2), "ab"), Sign(Root(3), "ab")).Append(Sign(Root(2, "abd/2"), "ab"), Nobody),
            TrustReasons.RootEquivocation);

    [Fact]
    public void Append_SameVersionOtherContentForged_IsNoEquivocation()
    {
        var verdict = Chain(Sign(Root(2), "ab")).Append(Sign(Root(2, "xf/2"), "xf"), Nobody);

        Refused(verdict, TrustReasons.RootOldThresholdNotMet);
        Assert.Null(((RootVerdict.Rejected)verdict).Contradicts);
    }

    [Fact]
    public void Append_AnotherFleet_IsRefused() =>
        Refused(Chain().Append(Sign(Root(2) with { Fleet = "ships" }, "ab"), Nobody), TrustReasons.RootForAnotherFleet);

    [Fact]
    public void Append_KeyRevokedByAnEarlierRootInARole_IsRefused()
    {
        var chain = Chain(Sign(Root(2, "bcd/2", revoked: "a"), "bcd"));

        Refused(chain.Append(Sign(Root(3, "abc/2"), "bc"), Nobody), TrustReasons.RootKeyRevoked);
    }

    [Fact]
    public void Append_RootThatRevokesItsOwnKey_IsRefused() =>
        Refused(Chain().Append(Sign(Root(2, "abc/2", revoked: "c"), "ab"), Nobody), TrustReasons.RootKeyRevoked);

    [Fact]
    public void Append_SignedByAKeyOnTheRevocationList_IsRefused()
    {
        var revoked = new HashSet<Digest> { Id('a') };

        var fault = Refused(Chain().Append(Sign(Root(2, "bcd/2"), "abd"), revoked), TrustReasons.SignerRevoked);

        Assert.Contains("a (", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Append_SignedByARevokedKeyAndEnoughOthers_IsAccepted() =>
        Assert.IsType<RootVerdict.Accepted>(Chain().Append(Sign(Root(2, "bcd/2"), "abc"), new HashSet<Digest> { Id('a') }));

    [Fact]
    public void Append_OldKeyThatTheNewRootRevokes_StillCountsForIt() =>
        Assert.Equal([Id('a')], Chain(Sign(Root(2, "bcd/2", revoked: "a"), "abc")).RevokedKeys);

    [Fact]
    public void Append_ExpiredVersionsBetween_AreFollowed()
    {
        var old = Root(2) with { IssuedAt = Now.AddDays(-1100), ExpiresAt = Now.AddDays(-1000) };
        var older = Root(3) with { IssuedAt = Now.AddDays(-900), ExpiresAt = Now.AddDays(-800) };

        var state = new TrustState(Chain(Sign(old, "ab"), Sign(older, "ab"), Sign(Root(4), "ab")), null);

        Assert.Equal(4, state.Chain.Head.Version);
        Assert.Null(state.FindDoubt(null, Now));
    }

    [Fact]
    public void FindDoubt_NewestRootExpired_HoldsNewChanges()
    {
        var state = new TrustState(Chain(Sign(Root(2) with { ExpiresAt = Now }, "ab")), null);

        Assert.Equal(TrustReasons.RootExpired, state.FindDoubt(null, Now)?.Reason);
        Assert.Null(state.FindDoubt(null, Now.AddTicks(-1)));
    }

    [Theory]
    [InlineData("junk")]
    [InlineData("{}")]
    [InlineData("")]
    public void Append_NoEnvelope_IsMalformed(string bytes) =>
        Refused(Chain().Append(System.Text.Encoding.UTF8.GetBytes(bytes), Nobody), TrustReasons.RootMalformed);

    [Fact]
    public void Append_RootUnderAnotherPayloadType_IsMalformed() =>
        Refused(Chain().Append(Sign(Json(Root(2)), "ab", "application/vnd.edgesync.release.v1+json"), Nobody), TrustReasons.RootMalformed);

    [Fact]
    public void Begin_WithoutItsOwnSignatures_IsRefused() =>
        Refused(TrustChain.Begin(Sign(Root(1), "a"), Fleet), TrustReasons.RootNewThresholdNotMet);

    [Fact]
    public void Begin_AnotherFleet_IsRefused() => Refused(TrustChain.Begin(Sign(Root(1), "ab"), "ships"), TrustReasons.RootForAnotherFleet);

    public static TheoryData<string> HostileNames => [.. HostileRoots.All.Keys];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void Append_HostileRootThatEnoughKeysSigned_IsRefused(string name)
    {
        var (payload, reason, words) = HostileRoots.All[name];

        var fault = Refused(Chain().Append(Sign(payload, "ab"), Nobody), reason);

        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }
}
