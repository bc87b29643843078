using System.Text;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Releases;
using static EdgeSync.Signing.Tests.Releases.ReleaseFixture;

namespace EdgeSync.Signing.Tests.Releases;

public sealed class ReleaseVerifierTests
{
    [Fact]
    public void Verify_GoodRelease_IsAcceptedWithItsSigners()
    {
        var accepted = Assert.IsType<ReleaseVerdict.Accepted>(Verify(Good));

        Assert.Equal(Json(Good), Json(accepted.Release.Record));
        Assert.Equal([TestKeys.First.PublicKey.Id.ToString(), TestKeys.Second.PublicKey.Id.ToString()], accepted.Release.Signers.Select(s => s.Identity));
        Assert.Equal(Seen(Good), accepted.Seen);
        Assert.Equal(("stable", 42L, "shop", "2.1.0"), (
            accepted.Release.Acknowledged.Channel, accepted.Release.Acknowledged.Sequence,
            accepted.Release.Acknowledged.Name, accepted.Release.Acknowledged.Version));
    }

    [Fact]
    public void Verify_OneSignatureOfTwo_IsThresholdNotMet()
    {
        var rejected = Reject(ReleaseVerifier.Verify(new(Sign(Good, TestKeys.First)), Site, Policy), ReasonCodes.ThresholdNotMet);

        Assert.Contains("first", rejected.Message, StringComparison.Ordinal);
        Assert.Equal((42L, Good.Bundle.Digest, "shop"), (rejected.Claim.Sequence, rejected.Claim.Digest, rejected.Claim.Name));
        Assert.Null(rejected.Seen);
    }

    [Fact]
    public void Verify_BundleKeyInsteadOfReleaseKey_IsThresholdNotMet() =>
        Reject(ReleaseVerifier.Verify(new(Sign(Good, TestKeys.First, TestKeys.Rsa)), Site, Policy), ReasonCodes.ThresholdNotMet);

    [Fact]
    public void Verify_UnreadableEnvelope_ClaimsTheBytesDigest()
    {
        var bytes = "junk"u8.ToArray();

        var rejected = Reject(ReleaseVerifier.Verify(new(bytes), Site, Policy), ReasonCodes.ReleaseMalformed);

        Assert.Equal(("stable", 0L, Digest.Of(bytes)), (rejected.Claim.Channel, rejected.Claim.Sequence, rejected.Claim.Digest));
    }

    [Fact]
    public void Verify_HostileNamesInAnUntrustedRecord_AreCleanedInTheClaim()
    {
        var record = Good with { Bundle = Good.Bundle with { Name = "<b>\u001b[31m" + new string('x', 500), Version = "1\n2" } };

        var rejected = Reject(ReleaseVerifier.Verify(new(Sign(record, TestKeys.Stranger)), Site, Policy), ReasonCodes.ThresholdNotMet);

        Assert.Equal("?b???31m" + new string('x', 56), rejected.Claim.Name);
        Assert.Equal("1?2", rejected.Claim.Version);
    }

    [Fact]
    public void Verify_OtherChannel_IsRefusedAndNotRemembered() =>
        Assert.Null(Reject(Verify(Good with { Channel = "beta" }), ReasonCodes.WrongChannel).Seen);

    [Fact]
    public void Verify_LowerSequence_IsReplayed()
    {
        var rejected = Reject(
            Verify(Good with { Sequence = 41 }, Site with { HighestSeen = Seen(Good) }), ReasonCodes.SequenceReplayed);

        Assert.Null(rejected.Seen);
        Assert.Contains("higher sequence", rejected.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_SameSequenceOtherContent_IsEquivocation()
    {
        var other = Good with { Bundle = Good.Bundle with { Digest = Digest.Of("other"u8) } };

        Assert.Null(Reject(Verify(other, Site with { HighestSeen = Seen(Good) }), ReasonCodes.SequenceEquivocation).Seen);
    }

    [Fact]
    public void Verify_SameRecordAgain_IsAccepted() =>
        Assert.IsType<ReleaseVerdict.Accepted>(Verify(Good, Site with { HighestSeen = Seen(Good) }));

    [Fact]
    public void Verify_SameRecordWithAnotherSignature_IsTheSameRelease()
    {
        var more = DsseSigner.Sign(
            ReleaseRecord.MediaType, Encoding.UTF8.GetBytes(Json(Good)), [TestKeys.Stranger, TestKeys.Second, TestKeys.First]).ToBytes();

        var verdict = ReleaseVerifier.Verify(new(more), Site with { HighestSeen = Seen(Good) }, Policy);

        Assert.Equal(Seen(Good), Assert.IsType<ReleaseVerdict.Accepted>(verdict).Seen);
    }

    [Fact]
    public void Verify_LegalRollback_IsAccepted()
    {
        var back = Good with { Sequence = 43, Rollback = new RollbackNotice("2.0.3", "the tills freeze") };

        Assert.IsType<ReleaseVerdict.Accepted>(Verify(back, Site with { HighestSeen = Seen(Good) }));
    }

    [Theory]
    [InlineData("ring", "1", true)]
    [InlineData("ring", "2", false)]
    public void Verify_Selector_DecidesWhetherItIsForThisSite(string key, string value, bool accepted)
    {
        var record = Good with { Sites = new LabelSelector { MatchLabels = new Dictionary<string, string> { [key] = value } } };

        var verdict = Verify(record);

        // A record for other sites advances the sequence too: afterwards an older one for this site must be refused.
        Assert.Equal(Seen(record), verdict.Seen);
        Assert.Equal(accepted, verdict is ReleaseVerdict.Accepted);
        Assert.Equal(accepted ? null : ReasonCodes.NotForThisSite, (verdict as ReleaseVerdict.Rejected)?.Reason);
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, ReasonCodes.ReleaseExpired)]
    [InlineData(1, ReasonCodes.ReleaseExpired)]
    public void Verify_AroundItsExpiry_IsRefusedFromThatSecondOn(int seconds, string? reason)
    {
        var verdict = Verify(Good, Site with { Now = Good.ExpiresAt.AddSeconds(seconds) });

        Assert.Equal(reason, (verdict as ReleaseVerdict.Rejected)?.Reason);
        Assert.Equal(Seen(Good), verdict.Seen);
    }

    [Fact]
    public void Verify_ExpiredButSeenBefore_IsStillExpired()
    {
        // Seen is not active: a record that was refused as expired must be refused again.
        var site = Site with { Now = Good.ExpiresAt, HighestSeen = Seen(Good) };

        Reject(Verify(Good, site), ReasonCodes.ReleaseExpired);
    }

    [Fact]
    public void Verify_ExpiredButActive_IsAccepted()
    {
        var site = Site with { Now = Good.ExpiresAt.AddYears(1), HighestSeen = Seen(Good), Active = Seen(Good).Payload };

        Assert.IsType<ReleaseVerdict.Accepted>(Verify(Good, site));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public void Verify_AroundNotBefore_WaitsUntilThatSecond(int seconds)
    {
        var record = Good with { NotBefore = Now.AddHours(3) };

        var verdict = Verify(record, Site with { Now = record.NotBefore.Value.AddSeconds(seconds) });

        Assert.Equal(Seen(record), verdict.Seen);
        if (seconds < 0)
        {
            Assert.Equal(record.NotBefore, Assert.IsType<ReleaseVerdict.NotYet>(verdict).Until);
        }
        else
        {
            Assert.IsType<ReleaseVerdict.Accepted>(verdict);
        }
    }

    [Theory]
    [InlineData("1.4.0", "1.4.0", true)]
    [InlineData("1.4.0", "1.3.9", true)]
    [InlineData("1.10.0", "1.9.0", true)]
    [InlineData("1.4.0", "1.4.1", false)]
    [InlineData("1.4.0-rc.1", "1.4.0", false)]
    [InlineData("1.4.0", "1.4.0-rc.1", true)]
    [InlineData("1.4.0-rc.10", "1.4.0-rc.9", true)]
    [InlineData("1.4.0-rc.1", "1.4.0-beta", true)]
    [InlineData("1.4.0-alpha", "1.4.0-alpha.1", false)]
    [InlineData("1.4.0-1", "1.4.0-alpha", false)]
    [InlineData("1.4.0+build.7", "1.4.0", true)]
    [InlineData("unknown", "0.0.1", false)]
    public void Verify_MinimumAgent_IsComparedAsSemanticVersion(string agent, string minimum, bool accepted)
    {
        var verdict = Verify(Good with { MinimumAgent = minimum }, Site with { AgentVersion = agent });

        Assert.Equal(accepted ? null : ReasonCodes.AgentTooOld, (verdict as ReleaseVerdict.Rejected)?.Reason);
        Assert.NotNull(verdict.Seen);
    }

    [Theory]
    [MemberData(nameof(HostileRecords.Names), MemberType = typeof(HostileRecords))]
    public void Verify_SignedButHostileRecord_IsMalformedWithTheReason(string name)
    {
        var (payload, words) = HostileRecords.All[name];

        var rejected = Reject(ReleaseVerifier.Verify(new(Sign(payload)), Site, Policy), ReasonCodes.ReleaseMalformed);

        Assert.Contains(words, rejected.Message, StringComparison.Ordinal);
        Assert.Null(rejected.Seen);
    }

    private static ReleaseVerdict.Rejected Reject(ReleaseVerdict verdict, string reason)
    {
        var rejected = Assert.IsType<ReleaseVerdict.Rejected>(verdict);
        Assert.Equal(reason, rejected.Reason);
        Assert.NotEmpty(rejected.Message);
        Assert.NotEmpty(rejected.Hint);
        return rejected;
    }

    [Theory]
    [InlineData(0, 42, 0, 41, true)]
    [InlineData(0, 41, 0, 42, false)]
    [InlineData(1, 1, 0, 1L << 53, true)]
    [InlineData(0, 1L << 53, 1, 1, false)]
    [InlineData(1000, 1, 0, 42, true)]
    [InlineData(3, 7, 3, 6, true)]
    public void Verify_EpochAndSequence_OrderByEpochFirst(int epoch, long sequence, int seenEpoch, long seenSequence, bool isAccepted)
    {
        var site = ReleaseFixture.Site with { HighestSeen = new SeenRelease(seenSequence, Digest.Of("seen"u8), seenEpoch) };

        var verdict = ReleaseFixture.Verify(ReleaseFixture.Good with { Epoch = epoch, Sequence = sequence }, site);

        Assert.Equal(isAccepted, verdict is ReleaseVerdict.Accepted);
        Assert.Equal(isAccepted ? null : ReasonCodes.SequenceReplayed, (verdict as ReleaseVerdict.Rejected)?.Reason);
    }

    [Fact]
    public void Verify_EpochTooFarAhead_IsRefusedAndNotRemembered()
    {
        var site = ReleaseFixture.Site with { HighestSeen = new SeenRelease(42, Digest.Of("seen"u8), 5) };

        var verdict = Assert.IsType<ReleaseVerdict.Rejected>(ReleaseFixture.Verify(ReleaseFixture.Good with { Epoch = 1006 }, site));

        Assert.Equal((ReasonCodes.EpochTooFar, null), (verdict.Reason, verdict.Seen));
    }

    [Fact]
    public void Verify_NegativeEpoch_IsMalformed()
    {
        var verdict = Assert.IsType<ReleaseVerdict.Rejected>(ReleaseFixture.Verify(ReleaseFixture.Good with { Epoch = -1 }));

        Assert.Equal(ReasonCodes.ReleaseMalformed, verdict.Reason);
    }

    [Fact]
    public void Verify_SameNumberOtherContent_NamesBothRecords()
    {
        var seen = ReleaseFixture.Seen(ReleaseFixture.Good);
        var other = ReleaseFixture.Good with { AllowDestructive = true };

        var verdict = Assert.IsType<ReleaseVerdict.Rejected>(ReleaseFixture.Verify(other, ReleaseFixture.Site with { HighestSeen = seen }));

        Assert.Equal(ReleaseFixture.Seen(other), verdict.Contradicts);
        Assert.Contains(seen.Payload.ToString(), verdict.Message, StringComparison.Ordinal);
    }
}
