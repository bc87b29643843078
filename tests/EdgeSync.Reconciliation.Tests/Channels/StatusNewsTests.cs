using EdgeSync.Contracts.Messaging;
using EdgeSync.Reconciliation.Channels;

namespace EdgeSync.Reconciliation.Tests.Channels;

public sealed class StatusNewsTests
{
    private static readonly ChannelStatus Healthy = new()
    {
        Channel = "stable", State = ChannelState.Healthy, LastSeen = DateTimeOffset.UnixEpoch, Since = DateTimeOffset.UnixEpoch,
    };

    private readonly StatusNews _news = new();

    [Fact]
    public void Take_TheFirst_IsNews() => Assert.True(_news.Take(Healthy));

    [Fact]
    public void Take_OnlyAskedAgain_IsNone()
    {
        _news.Take(Healthy);

        Assert.False(_news.Take(Healthy with { LastSeen = DateTimeOffset.UnixEpoch.AddMinutes(1) }));
    }

    [Fact]
    public void Take_AnotherReason_IsNewsAndSoIsTheWayBack()
    {
        _news.Take(Healthy);

        Assert.True(_news.Take(Healthy with { Reason = "RegistryUnavailable" }));
        Assert.True(_news.Take(Healthy));
    }
}
