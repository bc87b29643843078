using System.Text;
using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Ledger;

namespace EdgeSync.Signing.Tests.Ledger;

public sealed class AcknowledgementVerifierTests
{
    private static readonly Acknowledgement Happened = new()
    {
        Fleet = "retail",
        Site = "store-17",
        Number = 0,
        At = new DateTimeOffset(2026, 11, 21, 2, 0, 0, TimeSpan.Zero),
        Event = AcknowledgementEvent.Healthy,
        Stage = PipelineStage.Confirm,
        Release = new AcknowledgedRelease("stable", 42, Digest.Of("shop"u8), "shop", "2.1.0"),
    };

    private static readonly Acknowledgement TrustChanged = new()
    {
        Fleet = "retail",
        Site = "store-17",
        Number = 0,
        At = Happened.At,
        Event = AcknowledgementEvent.Received,
        Trust = new AcknowledgedTrust { Version = 2, VersionBefore = 1, Payload = Digest.Of("root 2"u8) },
        Message = "root 2 in place of 1",
    };

    [Fact]
    public void Verify_ChainOfThree_IsValidFromTheFirst()
    {
        LedgerHead? head = null;
        foreach (var signed in Chain(3))
        {
            var valid = Assert.IsType<LedgerVerdict.Valid>(Verify(signed.Envelope, head));

            Assert.Equal(signed.Entry, valid.Entry);
            Assert.Equal(signed.Head, valid.Head);
            head = valid.Head;
        }

        Assert.Equal(3, head!.Number);
    }

    [Theory]
    [InlineData(512, 4096, true)]
    [InlineData(513, 1, false)]
    [InlineData(1, 4097, false)]
    public void Verify_Details_AreTakenUpToALimit(int lines, int length, bool isValid)
    {
        var details = Enumerable.Repeat("", lines - 1).Append(new string('x', length)).ToList();

        var signed = AcknowledgementSigner.Sign(Happened with { Details = details }, null, TestKeys.First);

        Assert.Equal(isValid, Verify(signed.Envelope, null) is LedgerVerdict.Valid);
    }

    [Fact]
    public void Verify_EntryMissing_IsAGapThatNamesTheExpected() =>
        Assert.Equal(new LedgerVerdict.Gap(2, 3), Verify(Chain(3)[2].Envelope, Chain(3)[0].Head));

    [Fact]
    public void Verify_FirstMissing_IsAGap() => Assert.Equal(new LedgerVerdict.Gap(1, 2), Verify(Chain(2)[1].Envelope, null));

    [Fact]
    public void Verify_SameEntryAgain_IsADuplicate()
    {
        var chain = Chain(3);

        Assert.IsType<LedgerVerdict.Duplicate>(Verify(chain[2].Envelope, chain[2].Head));
        Assert.Equal(chain[0].Head, Assert.IsType<LedgerVerdict.Duplicate>(Verify(chain[0].Envelope, chain[2].Head)).Head);
    }

    [Fact]
    public void Verify_OtherEntryUnderTheNewestNumber_IsBroken()
    {
        var chain = Chain(2);
        var fork = AcknowledgementSigner.Sign(Happened with { Message = "another story" }, chain[0].Head, TestKeys.First);

        Assert.IsType<LedgerVerdict.ChainBroken>(Verify(fork.Envelope, chain[1].Head));
    }

    [Fact]
    public void Verify_EntryAfterAnotherLedger_IsBroken()
    {
        var other = AcknowledgementSigner.Sign(Happened with { Message = "another story" }, null, TestKeys.First);
        var next = AcknowledgementSigner.Sign(Happened, other.Head, TestKeys.First);

        Assert.IsType<LedgerVerdict.ChainBroken>(Verify(next.Envelope, Chain(1)[0].Head));
    }

    [Fact]
    public void Verify_OtherKey_IsWrongKey() => Assert.IsType<LedgerVerdict.WrongKey>(
        Verify(AcknowledgementSigner.Sign(Happened, null, TestKeys.Stranger).Envelope, null));

    [Theory]
    [InlineData("retail", "store-18")]
    [InlineData("ships", "store-17")]
    public void Verify_EntryInTheNameOfAnotherSite_IsWrongSite(string fleet, string site) => Assert.IsType<LedgerVerdict.WrongSite>(
        Verify(AcknowledgementSigner.Sign(Happened with { Fleet = fleet, Site = site }, null, TestKeys.First).Envelope, null));

    [Fact]
    public void Verify_ReleaseEnvelopeOfTheSameKey_IsMalformed() => Assert.IsType<LedgerVerdict.Malformed>(
        Verify(DsseSigner.Sign("application/vnd.edgesync.release.v1+json", Payload(Happened with { Number = 1 }), [TestKeys.First]).ToBytes(), null));

    // A reader that does not know the member "trust" skips it. The renamed member shows this: the entry keeps its place in the chain and its message.
    [Theory]
    [InlineData("trust")]
    [InlineData("trustOfTomorrow")]
    public void Verify_ChangeOfTrust_IsValidWithAndWithoutTheTrustMember(string member)
    {
        var json = Encoding.UTF8.GetString(Payload(TrustChanged with { Number = 1 })).Replace("\"trust\":", $"\"{member}\":", StringComparison.Ordinal);

        var verdict = Verify(DsseSigner.Sign(Acknowledgement.MediaType, Encoding.UTF8.GetBytes(json), [TestKeys.First]).ToBytes(), null);

        var entry = Assert.IsType<LedgerVerdict.Valid>(verdict).Entry;
        Assert.Equal((AcknowledgementEvent.Received, "root 2 in place of 1", null), (entry.Event, entry.Message, entry.Release));
        Assert.Equal(member == "trust" ? TrustChanged.Trust : null, entry.Trust);
    }

    [Theory]
    [InlineData(0, 1, null)]
    [InlineData(1, -1, null)]
    [InlineData(9007199254740993, 1, null)]
    [InlineData(2, 1, 0L)]
    public void Verify_ChangeOfTrustOutOfRange_IsMalformed(long version, long before, long? list) => Assert.IsType<LedgerVerdict.Malformed>(
        Verify(
            AcknowledgementSigner.Sign(
                TrustChanged with { Trust = new AcknowledgedTrust { Version = version, VersionBefore = before, Revocations = list } }, null, TestKeys.First).Envelope,
            null));

    public static TheoryData<string, string> Hostile => new()
    {
        { "\"number\":1", "\"number\":0" },
        { "\"number\":1", "\"number\":-1" },
        { "\"number\":1", "\"number\":9007199254740993" },
        { "\"number\":1", "\"number\":\"1\"" },
        { "\"number\":1", "\"number\":2" },
        { "\"number\":1", "\"number\":1,\"number\":2" },
        { "\"number\":1", "\"number\":1,\"previous\":\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"" },
        { "edgesync.dev/acknowledgement/v1", "edgesync.dev/acknowledgement/v9" },
        { "\"fleet\":\"retail\"", "\"fleet\":\"re/tail\"" },
        { "\"event\":\"healthy\"", "\"event\":99" },
        { "\"event\":\"healthy\"", "\"event\":\"perfect\"" },
        { "\"stage\":\"confirm\"", "\"stage\":42" },
        { "\"channel\":\"stable\"", "\"channel\":\"st able\"" },
        { "\"sequence\":42", "\"sequence\":-1" },
        { "\"at\":\"2026-11-21T02:00:00Z\"", "\"at\":\"2026-11-21T02:00:00\"" },
        { "\"clockTrusted\":true", "\"clockTrusted\":true,\"durationMs\":-1" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Verify_SignedButHostileEntry_IsMalformed(string part, string instead)
    {
        var good = Encoding.UTF8.GetString(Payload(Happened with { Number = 1 }));
        var bad = good.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(good, bad);

        var verdict = Verify(DsseSigner.Sign(Acknowledgement.MediaType, Encoding.UTF8.GetBytes(bad), [TestKeys.First]).ToBytes(), null);

        Assert.NotEmpty(Assert.IsType<LedgerVerdict.Malformed>(verdict).Problem);
    }

    [Fact]
    public void Verify_EndlessMessage_IsMalformed() => Assert.IsType<LedgerVerdict.Malformed>(
        Verify(AcknowledgementSigner.Sign(Happened with { Message = new string('x', 5000) }, null, TestKeys.First).Envelope, null));

    private static byte[] Payload(Acknowledgement entry) =>
        JsonSerializer.SerializeToUtf8Bytes(entry, ContractsJsonContext.Default.Acknowledgement);

    private static List<SignedAcknowledgement> Chain(int length)
    {
        var chain = new List<SignedAcknowledgement>();
        for (var i = 0; i < length; i++)
        {
            chain.Add(AcknowledgementSigner.Sign(Happened with { DurationMs = i }, chain.LastOrDefault()?.Head, TestKeys.First));
        }

        return chain;
    }

    private static LedgerVerdict Verify(ReadOnlyMemory<byte> envelope, LedgerHead? head) =>
        AcknowledgementVerifier.Verify(envelope.Span, new LedgerExpectation("retail", "store-17", TestKeys.First.PublicKey, head));
}
