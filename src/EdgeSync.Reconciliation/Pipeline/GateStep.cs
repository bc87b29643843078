using EdgeSync.Contracts;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives.Timing;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Reconciliation.Windows;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Step 5. Decides whether the change may begin now: no doubt about the site's trust, the release is in force, the channel is fresh, nobody at the
/// site holds changes, a window is open for long enough, and every interlock allows it.
/// </summary>
internal sealed class GateStep(ISiteTrust trust, IHoldStore holds, WindowGate windows, DeadlineGate deadline, InterlockGate interlocks, TimeProvider time)
{
    public async Task<GateDecision> RunAsync(StagedBundle bundle, ChannelRecord channel, CancellationToken cancellationToken) =>
        Decide(bundle.Release, channel) is var decision && decision is GateDecision.Open
            ? await FindObstacleAsync(bundle, channel, cancellationToken) ?? decision
            : decision;

    /// <summary>
    /// Why a window, the deadline of a preflight or an interlock does not let the activation begin now, or null. Interlocks are asked only where nothing else keeps it
    /// away.
    /// </summary>
    public async Task<GateDecision.Wait?> FindObstacleAsync(StagedBundle bundle, ChannelRecord channel, CancellationToken cancellationToken) =>
        (bundle.IsUrgent ? null : windows.FindObstacle(bundle.Content))
        ?? deadline.FindObstacle(bundle, channel)
        ?? await interlocks.FindObstacleAsync(cancellationToken);

    /// <summary>
    /// Activates what has begun, unless it already waits for a hold that is still there. A hold that ended the wait for health makes it wait: what is written
    /// stays, and is neither continued nor taken back. One that the deadline of a preflight ended has failed.
    /// </summary>
    public async Task<ActivationOutcome> RunUnlessHeldAsync(ChannelRecord record, Func<Task<ActivationOutcome>> activate)
    {
        if (record.WaitingFor == ReasonCodes.Held && FindHold(record.Channel) is { } held)
        {
            return held;
        }

        if (deadline.FindLate(record) is { } before)
        {
            return new ActivationOutcome.Failed(before);
        }

        var outcome = await activate();
        return outcome is not ActivationOutcome.Superseded superseded ? outcome
            : FindHold(record.Channel) is { } hold ? hold
            : deadline.FindLate(record) is { } late ? LastingEffects.AddTo(new ActivationOutcome.Failed(late), superseded.Changed)
            : outcome;
    }

    /// <summary>Whether the change that is under way has to be taken back now for the deadline of a preflight.</summary>
    public bool IsLate(ChannelRecord channel) => deadline.FindLate(channel) is not null;

    /// <summary>Returns true as soon as somebody holds changes on this channel, or the deadline of a preflight makes the change that is under way late.</summary>
    public async Task<bool> WaitForStopAsync(Func<ChannelRecord> channel, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool>[] stops = [WaitForHoldAsync(channel().Channel, ending.Token), deadline.WaitUntilLateAsync(channel, ending.Token)];
        var first = await Task.WhenAny(stops);
        await ending.CancelAsync();
        await Task.WhenAll(stops).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return await first;
    }

    /// <summary>Returns true as soon as somebody holds changes on this channel.</summary>
    public async Task<bool> WaitForHoldAsync(string channel, CancellationToken cancellationToken)
    {
        var changed = new AsyncSignal();
        holds.Changed += changed.Set;
        try
        {
            while (holds.Active(channel) is null)
            {
                await changed.WaitAsync(cancellationToken);
            }

            return true;
        }
        finally
        {
            holds.Changed -= changed.Set;
        }
    }

    /// <summary>The wait for the hold on this channel, or null where nobody holds it.</summary>
    public ActivationOutcome.Waiting? FindHold(string channel) => holds.Active(channel) is { } hold
        ? new ActivationOutcome.Waiting(new Failure(ReasonCodes.Held, Describe(hold), HintFor(hold)))
        {
            HasGone = _ => Task.FromResult(holds.Active(channel) is null),
        }
        : null;

    internal GateDecision Decide(ReleaseRecord release, ChannelRecord channel)
    {
        if (trust.FindDoubt() is { } doubt)
        {
            return new GateDecision.Wait(doubt.Reason, doubt.Message, Until: null, doubt.Hint);
        }

        var now = time.GetUtcNow();
        if (now >= release.ExpiresAt)
        {
            return new GateDecision.Closed(
                ReasonCodes.ReleaseExpired, $"release {Number(release)} expired at {release.ExpiresAt:u} before it was activated");
        }

        if (now >= channel.NewestExpires)
        {
            // This release is still in force, but a newer one of the channel has expired.
            return new GateDecision.Wait(ReasonCodes.FreezeSuspected, FreshnessCheck.Describe(channel), Until: null, FreshnessCheck.Hint);
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

/// <summary>Whether a staged bundle may be activated now.</summary>
internal abstract record GateDecision
{
    private GateDecision()
    {
    }

    /// <summary>It may.</summary>
    public sealed record Open : GateDecision;

    /// <summary>Not now; ask again at <paramref name="Until"/> at the latest.</summary>
    /// <param name="Reason">The reason code.</param>
    /// <param name="Message">One sentence for people.</param>
    /// <param name="Until">When the decision may change, or null where somebody must act.</param>
    /// <param name="Hint">What somebody can do about it, or null.</param>
    public sealed record Wait(string Reason, string Message, DateTimeOffset? Until, string? Hint = null) : GateDecision;

    /// <summary>Never, for this release.</summary>
    /// <param name="Reason">The reason code.</param>
    /// <param name="Message">One sentence for people.</param>
    public sealed record Closed(string Reason, string Message) : GateDecision;
}
