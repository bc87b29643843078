using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Reconciliation.State;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation.Ports;

/// <summary>Where release records, and the bundles of channels that follow a plain tag, come from: a tag in a registry's repository.</summary>
public interface IReleaseSource
{
    /// <summary>
    /// Polls the channel with one conditional request. <paramref name="known"/> is the digest that the last poll saw, or null. Raises an
    /// <see cref="EdgeSync.Primitives.Failures.EdgeSyncException"/> when the registry does not answer.
    /// </summary>
    Task<PollResult> PollAsync(ChannelSubscription channel, Digest? known, CancellationToken cancellationToken);

    /// <summary>
    /// A release that was found before, with its detached signatures, from the cache where the cache has them. Never fails because a registry does
    /// not answer; the release then has fewer signatures.
    /// </summary>
    Task<SignedRelease> RecallAsync(ChannelSubscription channel, ReleaseCopy copy, CancellationToken cancellationToken);
}

/// <summary>What a poll of a channel found. None of it is trusted yet.</summary>
public abstract record PollResult
{
    private PollResult()
    {
    }

    /// <summary>The tag still names what the last poll saw.</summary>
    public sealed record Unchanged : PollResult;

    /// <summary>There is no such tag.</summary>
    /// <param name="Message">What is missing, for people.</param>
    /// <param name="Hint">What an operator can do.</param>
    /// <param name="IsUnreleased">Whether the repository is there and empty: nothing was released yet, and nothing is wrong.</param>
    public sealed record Missing(string Message, string Hint, bool IsUnreleased) : PollResult;

    /// <summary>A record that was not seen before.</summary>
    /// <param name="Artifact">The digest that the tag names.</param>
    /// <param name="Release">The record with its detached signatures.</param>
    public sealed record Found(Digest Artifact, SignedRelease Release) : PollResult;

    /// <summary>On a channel that follows a plain tag, a bundle that was not seen before.</summary>
    /// <param name="Bundle">The bundle, with the name and version that it gives itself.</param>
    public sealed record Named(BundleRevision Bundle) : PollResult;

    /// <summary>The tag names something that cannot be a release record, or a bundle.</summary>
    /// <param name="Artifact">The digest that the tag names.</param>
    /// <param name="Message">Why it cannot.</param>
    public sealed record Unreadable(Digest Artifact, string Message) : PollResult;
}
