using System.Text.Json.Nodes;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Signing.Roots;
using static EdgeSync.Signing.Tests.Roots.RootFixture;

namespace EdgeSync.Signing.Tests.Roots;

public sealed class RevocationVerifierTests
{
    private static readonly Digest Bad = Digest.Of("bad bundle"u8);

    [Fact]
    public void Verify_SignedByEnoughRootKeys_Counts()
    {
        var list = Accept(RevocationVerifier.Verify(Sign(Revoke(1, "r", Bad), "ab"), Chain(), null));

        var state = new TrustState(Chain(), list);
        Assert.Contains(Id('r'), state.RevokedKeys);
        Assert.Contains(Bad, state.RevokedBundles);
    }

    [Fact]
    public void Verify_SameAgain_IsKnown()
    {
        var bytes = Sign(Revoke(1, "r"), "ab");
        var list = Accept(RevocationVerifier.Verify(bytes, Chain(), null));

        Assert.IsType<RevocationVerdict.Known>(RevocationVerifier.Verify(bytes, Chain(), list));
    }

    [Fact]
    public void Verify_TooFewSignatures_IsRefused() => Refuse(Sign(Revoke(1, "r"), "a"), TrustReasons.RevocationsThresholdNotMet);

    [Fact]
    public void Verify_ReleaseKey_IsRefused() => Refuse(Sign(Revoke(1, "x"), "ar"), TrustReasons.RevocationsThresholdNotMet);

    [Fact]
    public void Verify_SignedByAKeyThatItRevokes_DoesNotCountThatOne() => Refuse(Sign(Revoke(1, "a"), "ab"), TrustReasons.SignerRevoked);

    [Fact]
    public void Verify_RevokesARootKeySignedByTheOthers_Counts() =>
        Accept(RevocationVerifier.Verify(Sign(Revoke(1, "a"), "bc"), Chain(), null));

    [Fact]
    public void Verify_SignedByAKeyThatTheListBeforeRevoked_IsRefused()
    {
        var first = Accept(RevocationVerifier.Verify(Sign(Revoke(1, "a"), "bc"), Chain(), null));

        Refuse(Sign(Revoke(2, "ar"), "ab"), TrustReasons.SignerRevoked, first);
    }

    [Fact]
    public void Verify_AnotherFleet_IsRefused() =>
        Refuse(Sign(Revoke(1, "r") with { Fleet = "ships" }, "ab"), TrustReasons.RevocationsForAnotherFleet);

    [Fact]
    public void Verify_NewerRootThanTheSiteHas_IsRefused() => Refuse(Sign(Revoke(1, "r") with { RootVersion = 2 }, "ab"), TrustReasons.RevocationsAhead);

    [Fact]
    public void Verify_LowerNumber_IsReplay()
    {
        var second = Accept(RevocationVerifier.Verify(Sign(Revoke(2, "r"), "ab"), Chain(), null));

        Refuse(Sign(Revoke(1, ""), "ab"), TrustReasons.RevocationsReplayed, second);
    }

    [Fact]
    public void Verify_SameNumberOtherContent_IsEquivocation()
    {
        var list = Accept(RevocationVerifier.Verify(Sign(Revoke(1, "r"), "ab"), Chain(), null));

        Refuse(Sign(Revoke(1, "x"), "ab"), TrustReasons.RevocationsEquivocation, list);
    }

    [Fact]
    public void Verify_LeavesOutAKey_IsRefused()
    {
        var list = Accept(RevocationVerifier.Verify(Sign(Revoke(1, "rx"), "ab"), Chain(), null));

        Refuse(Sign(Revoke(2, "r"), "ab"), TrustReasons.RevocationsShrunk, list);
    }

    [Fact]
    public void Verify_LeavesOutABundle_IsRefused()
    {
        var list = Accept(RevocationVerifier.Verify(Sign(Revoke(1, "", Bad), "ab"), Chain(), null));

        Refuse(Sign(Revoke(2, "r"), "ab"), TrustReasons.RevocationsShrunk, list);
    }

    [Fact]
    public void Verify_SignedByRetiredRootKeys_IsRefused()
    {
        var chain = Chain(Sign(Root(2, "def/2"), "abde"));

        var refused = Assert.IsType<RevocationVerdict.Rejected>(RevocationVerifier.Verify(Sign(Revoke(1, "r"), "ab"), chain, null));

        Assert.Equal(TrustReasons.RevocationsThresholdNotMet, refused.Fault.Reason);
    }

    [Fact]
    public void VerifyStored_AfterTheRootKeysChanged_StillCounts()
    {
        var bytes = Sign(Revoke(1, "r"), "ab");
        var chain = Chain(Sign(Root(2, "def/2", revoked: "ab"), "abde"));

        Assert.Equal([Id('r')], RevocationVerifier.VerifyStored(bytes, chain)?.Keys ?? Nobody);
    }

    [Theory]
    [InlineData("a", null)]
    [InlineData("xf", null)]
    [InlineData("ab", "ships")]
    public void VerifyStored_NeverAccepted_IsNull(string signers, string? fleet) =>
        Assert.Null(RevocationVerifier.VerifyStored(Sign(Revoke(1, "r") with { Fleet = fleet ?? Fleet }, signers), Chain()));

    [Theory]
    [InlineData("number", "0")]
    [InlineData("number", "\"1\"")]
    [InlineData("number", "9007199254740993")]
    [InlineData("rootVersion", "0")]
    [InlineData("rootVersion", "-3")]
    [InlineData("fleet", "\"Retail\"")]
    [InlineData("schema", "\"edgesync.dev/revocations/v9\"")]
    [InlineData("keys", "null")]
    [InlineData("keys", "[null]")]
    [InlineData("keys", "[\"sha256:ab\"]")]
    [InlineData("bundles", "{}")]
    [InlineData("bundles", "[\"\"]")]
    [InlineData("note", "\"a\\u001b[31mb\"")]
    [InlineData("issuedAt", "\"yesterday\"")]
    public void Verify_HostileListThatEnoughKeysSigned_IsMalformed(string member, string value)
    {
        var list = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(Revoke(1, "r"), EdgeSync.Contracts.ContractsJsonContext.Default.RevocationRecord))!;
        list[member] = JsonNode.Parse(value);

        Refuse(Sign(list.ToJsonString(), "ab", RevocationRecord.MediaType), TrustReasons.RevocationsMalformed);
    }

    [Fact]
    public void Verify_RootInsteadOfAList_IsMalformed() => Refuse(Sign(Root(2), "ab"), TrustReasons.RevocationsMalformed);

    private static void Refuse(byte[] bytes, string reason, Revocations? current = null)
    {
        var refused = Assert.IsType<RevocationVerdict.Rejected>(RevocationVerifier.Verify(bytes, Chain(), current));

        Assert.Equal(reason, refused.Fault.Reason);
        Assert.NotEmpty(refused.Fault.Message);
        Assert.NotEmpty(refused.Fault.Hint);
    }
}
