using EdgeSync.Contracts;
using EdgeSync.Reconciliation.Ports;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Keeps one channel's activations away while an interlock is closed. Nothing overrides it: no person, no preflight and no urgent release. It decides about
/// beginnings only: an activation that has begun is finished or rolled back.
/// </summary>
internal sealed class InterlockGate(ChannelSubscription channel, IInterlocks interlocks)
{
    private const string Hint = "It goes on by itself when the interlock opens; nothing overrides an interlock.";

    /// <summary>The interlocks that keep an activation from beginning now, or null where all allow it.</summary>
    public async Task<GateDecision.Wait?> FindObstacleAsync(CancellationToken cancellationToken)
    {
        var closed = await interlocks.FindClosedAsync(channel.Name, cancellationToken);
        return closed.Count == 0
            ? null
            : new GateDecision.Wait(
                ReasonCodes.InterlockClosed,
                $"kept away by {(closed.Count == 1 ? "the interlock" : $"{closed.Count} interlocks:")} {string.Join("; ", closed.Select(one => $"{one.Name}: {one.Why}"))}",
                Until: null,
                closed.Select(one => one.Hint).FirstOrDefault(hint => hint is not null) ?? Hint);
    }

    /// <summary>A person wants to know: the next look asks the interlocks again.</summary>
    public void Forget() => interlocks.Forget();
}
