using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;

namespace EdgeSync.Reconciliation.State;

/// <summary>
/// A release as the site keeps it: the signed envelope as received, so that it can be judged again after every restart, and a summary.
/// </summary>
/// <param name="Summary">Channel, sequence and bundle, for status and acknowledgements.</param>
/// <param name="Payload">The digest of the record inside the envelope.</param>
/// <param name="Envelope">The envelope's bytes.</param>
public sealed record ReleaseCopy(AcknowledgedRelease Summary, Digest Payload, byte[] Envelope)
{
    /// <summary>The artifact that held the envelope, beside which signatures lie; null in records of before they counted.</summary>
    public Digest? Artifact { get; init; }
}
