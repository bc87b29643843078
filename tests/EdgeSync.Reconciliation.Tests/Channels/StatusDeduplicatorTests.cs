using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.Channels;

namespace EdgeSync.Reconciliation.Tests.Channels;

public sealed class StatusDeduplicatorTests
{
    private static readonly ChannelStatus Healthy = new()
    {
        Channel = "stable", State = ChannelState.Healthy, LastSeen = DateTimeOffset.UnixEpoch, Since = DateTimeOffset.UnixEpoch,
    };

    private readonly StatusDeduplicator _deduplicator = new();

    [Fact]
    public void IsNew_First_IsTrue() => Assert.True(_deduplicator.IsNew(Healthy));

    [Fact]
    public void IsNew_OnlyPolledAgain_IsFalse()
    {
        _deduplicator.IsNew(Healthy);

        Assert.False(_deduplicator.IsNew(Healthy with { LastSeen = DateTimeOffset.UnixEpoch.AddMinutes(1) }));
    }

    [Fact]
    public void IsNew_AnotherReasonAndBack_IsTrueBothTimes()
    {
        _deduplicator.IsNew(Healthy);

        Assert.True(_deduplicator.IsNew(Healthy with { Reason = "RegistryUnavailable" }));
        Assert.True(_deduplicator.IsNew(Healthy));
    }
}
