using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives.Failures;
using EdgeSync.Reconciliation.Ports;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Releases;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Reconciliation.Pipeline;

/// <summary>
/// Step 2. Verifies the bundle that a verified release names, and verifies stored releases again after a restart or a change of trust.
/// </summary>
internal sealed class VerifyStep(
    ChannelSubscription channel,
    SiteProfile site,
    IReleaseSource releases,
    IBundleSource bundles,
    ISiteTrust trust,
    ITrustedTimeSink trustedTime,
    TimeProvider time)
{
    /// <summary>
    /// Raises an <see cref="EdgeSyncException"/> with the exit code <see cref="ExitCodes.NotTrusted"/> for a bundle that is not trusted, and another
    /// one when the registry does not answer.
    /// </summary>
    public async Task<VerifiedBundle> RunAsync(BundleRevision bundle, CancellationToken cancellationToken)
    {
        var verified = await bundles.VerifyAsync(channel.Name, bundle, cancellationToken);
        if (verified.ProvenTime is { } proven)
        {
            trustedTime.AdvanceLowerBound(proven);
        }

        return verified;
    }

    /// <summary>
    /// Verifies a stored release again. <see cref="DiscoverStep"/> has checked order and expiry when it accepted the release; signatures, channel and
    /// site are checked again. A bundle that came by a plain tag has its own signatures only; it fails as <see cref="RunAsync"/> does.
    /// </summary>
    public async Task<ReleaseVerdict> VerifyAgainAsync(ReleaseCopy copy, CancellationToken cancellationToken)
    {
        var expectation = site.ExpectationFor(channel, time.GetUtcNow()) with { Active = copy.Payload };
        return TagNote.TryRead(copy.Envelope, out var note)
            ? ReleaseVerifier.VerifyTag(copy.Envelope, await RunAsync(note.Bundle, cancellationToken), expectation)
            : ReleaseVerifier.Verify(await releases.RecallAsync(channel, copy, cancellationToken), expectation, trust.Policy);
    }

    /// <summary>The stored release as a proof again. Raises a stalled <see cref="ReconciliationException"/> where today's trust does not accept it.</summary>
    public async Task<VerifiedRelease> RecallAsync(ReleaseCopy copy, CancellationToken cancellationToken) =>
        await VerifyAgainAsync(copy, cancellationToken) switch
        {
            ReleaseVerdict.Accepted accepted => accepted.Release,
            ReleaseVerdict.NotYet early => early.Release,
            ReleaseVerdict.Rejected rejected => throw new ReconciliationException(rejected.Reason, rejected.Message)
            {
                Disposition = Disposition.Stalled,
                Subject = copy.Summary.Digest.ToString(),
                Hint = rejected.Hint,
                ExitCode = ExitCodes.NotTrusted,
            },
            _ => throw new InvalidOperationException("a release is accepted, too early or rejected"),
        };
}
