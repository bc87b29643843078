using EdgeSync.Bundles.Values;
using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Signing.Releases;

namespace EdgeSync.Reconciliation.State;

/// <summary>
/// A release as the site stores it: the signed envelope as it was received, so that the site can verify it again after every restart, and a summary.
/// </summary>
/// <param name="Summary">Channel, sequence and bundle, for status and acknowledgements.</param>
/// <param name="Payload">The digest of the record inside the envelope.</param>
/// <param name="Envelope">The envelope's bytes; the note of the site (<see cref="TagNote"/>) where the channel follows a plain tag.</param>
public sealed record ReleaseCopy(AcknowledgedRelease Summary, Digest Payload, byte[] Envelope)
{
    /// <summary>Whether it is the site's own note of a bundle that a plain tag named, and no signed release.</summary>
    internal bool IsOfTag => TagNote.TryRead(Envelope, out _);

    /// <summary>The artifact that held the envelope, to which detached signatures refer; null in state of agents that did not look for them.</summary>
    public Digest? Artifact { get; init; }

    /// <summary>What this site's values and labels made of the bundle; null where it is the same at every site, or was not opened yet.</summary>
    public ValuesInEffect? Values { get; init; }

    /// <summary>The same with other values; the same object where they are equal.</summary>
    internal ReleaseCopy With(ValuesInEffect? values) => values == Values ? this : this with { Values = values };
}
