using EdgeSync.Contracts.Messaging;

namespace EdgeSync.Agent.Page.Views;

/// <summary>One channel on the page.</summary>
/// <param name="Channel">Its status.</param>
/// <param name="Clock">For its times.</param>
public sealed record ChannelModel(ChannelStatus Channel, PageClock Clock)
{
    /// <summary>What the release that does not run is called.</summary>
    public string PendingLabel => Channel.State switch
    {
        ChannelState.RolledBack or ChannelState.Failed => "Failed here",
        ChannelState.Rejected => "Refused",
        _ => "Next",
    };
}
