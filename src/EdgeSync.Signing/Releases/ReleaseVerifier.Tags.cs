using EdgeSync.Contracts;
using EdgeSync.Primitives;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Releases;

/// <summary>Channels that follow a plain tag: there is no signed release, and the proof is the bundle's own signatures.</summary>
public static partial class ReleaseVerifier
{
    /// <summary>
    /// Takes a bundle that a plain tag names, as the site noted it. <paramref name="proof"/> says that the policy accepts its signatures. Rejected where the
    /// channel follows signed releases, or the note is of another channel or another bundle.
    /// </summary>
    public static ReleaseVerdict VerifyTag(ReadOnlyMemory<byte> note, VerifiedBundle proof, ReleaseExpectation expectation)
    {
        ArgumentNullException.ThrowIfNull(proof);
        ArgumentNullException.ThrowIfNull(expectation);
        var found = Digest.Of(note.Span);
        if (!TagNote.TryRead(note.Span, out var read) || ReleaseRecordReader.FindProblem(read.ToRelease()) is not null)
        {
            return RejectUnreadable("it is no note of a tag", found, expectation);
        }

        var release = new VerifiedRelease(read.ToRelease(), found, proof.Signers);
        return !expectation.FollowsTag
            ? Reject(release, ReasonCodes.ReleaseMalformed, isNewest: false,
                $"the bundle came by a plain tag, and the channel '{expectation.Channel}' follows signed releases now", "Publish a release for this channel.")
            : read.Channel != expectation.Channel
                ? Reject(release, ReasonCodes.WrongChannel, isNewest: false, $"the bundle came by the tag of channel '{read.Channel}'", ChannelHint)
                : read.Bundle.Digest != proof.Descriptor.Digest
                    ? Reject(release, ReasonCodes.DigestMismatch, isNewest: false, $"the tag named {read.Bundle.Digest}, and {proof.Descriptor.Digest} was verified", ChannelHint)
                    : new ReleaseVerdict.Accepted(release);
    }

    // What runs here came by a tag.
    private static RunningBundle? AcceptRunningTag(ReadOnlyMemory<byte> note, Digest payload) =>
        Digest.Of(note.Span) == payload && TagNote.TryRead(note.Span, out var read) ? new RunningBundle(read.ToRelease()) : null;
}
