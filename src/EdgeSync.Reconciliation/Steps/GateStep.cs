using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;

namespace EdgeSync.Reconciliation.Steps;

/// <summary>Asks whether a change may begin now: the release's own times, whether the channel is fresh, and the holds of people at the site.</summary>
internal sealed class GateStep(IHoldStore holds, TimeProvider time)
{
    public GateDecision Decide(ReleaseRecord release, ChannelRecord channel)
    {
        var now = time.GetUtcNow();
        if (now >= release.ExpiresAt)
        {
            return new GateDecision.Closed(
                ReasonCodes.ReleaseExpired, $"release {Number(release)} expired at {release.ExpiresAt:u} before it was activated");
        }

        if (now >= channel.NewestExpires)
        {
            // It holds yet, but what came after it does not.
            return new GateDecision.Wait(ReasonCodes.FreezeSuspected, FreshnessStep.Describe(channel), Until: null, FreshnessStep.Hint);
        }

        if (release.NotBefore is { } start && now < start)
        {
            return new GateDecision.Wait(ReasonCodes.ReleaseNotYetValid, $"release {Number(release)} begins at {start:u}", start);
        }

        return holds.Active(release.Channel) is { } hold
            ? new GateDecision.Wait(ReasonCodes.Held, Describe(hold), hold.Expires, HintFor(hold))
            : new GateDecision.Open();
    }

    private static string Number(ReleaseRecord release) => ReleaseNumber.Describe(release.Sequence, release.Epoch);

    private static string HintFor(Hold hold) => hold.Expires is null
        ? "It waits until somebody at the site runs 'edgesync hold clear'."
        : "It goes on by itself at that time, or once somebody at the site runs 'edgesync hold clear'.";

    private static string Describe(Hold hold) => hold.Expires is { } end
        ? $"held by {hold.Owner} since {hold.Since:u} until {end:u}: {hold.Reason}"
        : $"held by {hold.Owner} since {hold.Since:u} until somebody clears it: {hold.Reason}";
}
