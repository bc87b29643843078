using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Steps;

/// <summary>Asks whether a change may begin now: the release's own times, and the holds of people at the site.</summary>
internal sealed class GateStep(IHoldStore holds, TimeProvider time)
{
    public GateDecision Decide(ReleaseRecord release)
    {
        var now = time.GetUtcNow();
        if (now >= release.ExpiresAt)
        {
            return new GateDecision.Closed(
                ReasonCodes.ReleaseExpired, $"release {release.Sequence} expired at {release.ExpiresAt:u} before it was activated");
        }

        if (release.NotBefore is { } start && now < start)
        {
            return new GateDecision.Wait(ReasonCodes.ReleaseNotYetValid, $"release {release.Sequence} begins at {start:u}", start);
        }

        return holds.Active(now) is { } hold
            ? new GateDecision.Wait(ReasonCodes.Held, $"held by {hold.Owner} since {hold.Since:u}: {hold.Reason}", hold.Expires)
            : new GateDecision.Open();
    }
}
