using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Contracts.Releases;
using EdgeSync.Primitives;
using EdgeSync.Signing.Verification;

namespace EdgeSync.Signing.Releases;

/// <summary>
/// The proof that a release record is authentic and for this site; or, on a channel that follows a plain tag, that the policy accepts the bundle which the tag
/// names. Only <see cref="ReleaseVerifier"/> makes one.
/// </summary>
public sealed class VerifiedRelease
{
    internal VerifiedRelease(ReleaseRecord record, Digest payload, IReadOnlyList<TrustSigner> signers)
    {
        Record = record;
        Seen = new SeenRelease(record.Sequence, payload, record.Epoch);
        Signers = signers;
    }

    /// <summary>The record as it was signed; on a channel that follows a plain tag, what the site noted.</summary>
    public ReleaseRecord Record { get; }

    /// <summary>Sequence and payload digest, for the site to store.</summary>
    public SeenRelease Seen { get; }

    /// <summary>The different trusted signers that have signed it.</summary>
    public IReadOnlyList<TrustSigner> Signers { get; }

    /// <summary>Whether it says that it is urgent, and the trust policy lets its signers say so.</summary>
    public bool IsUrgent { get; internal init; }

    /// <summary>The summary of the release in acknowledgements.</summary>
    public AcknowledgedRelease Acknowledged =>
        new(Record.Channel, Record.Sequence, Record.Bundle.Digest, Record.Bundle.Name, Record.Bundle.Version, Record.Epoch) { Deadline = Record.Deadline };
}
