using System.Globalization;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Signing.Roots;

/// <summary>
/// The trust roots from the pinned one to the newest, each signed under the one before (TUF specification, 5.3). Versions are accepted one by one. Their
/// expiry is not checked here, so that a site that was offline for years can still follow; the user of the newest root checks its expiry. Pure and
/// immutable.
/// </summary>
public sealed class TrustChain
{
    private static readonly IReadOnlySet<Digest> Nothing = new HashSet<Digest>();

    private readonly IReadOnlyList<TrustLink> _links;

    private TrustChain(IReadOnlyList<TrustLink> links) => _links = links;

    /// <summary>The versions, the pinned one first, without gaps.</summary>
    public IReadOnlyList<TrustLink> Links => _links;

    /// <summary>The newest root, which is in force.</summary>
    public TrustRoot Head => _links[^1].Root;

    /// <summary>All keys that the roots of this chain have revoked.</summary>
    public IReadOnlySet<Digest> RevokedKeys => RevokedThrough(Head.Version);

    /// <summary>
    /// Starts with the root that an operator has put on the site. Its own root keys must have signed it; that only proves that the keys exist and that the
    /// file is complete.
    /// </summary>
    public static RootVerdict Begin(ReadOnlyMemory<byte> pinned, string fleet)
    {
        ArgumentException.ThrowIfNullOrEmpty(fleet);
        if (!TryOpen(pinned, out var envelope, out var root, out var fault))
        {
            return new RootVerdict.Rejected(fault!, 0);
        }

        var fewSigners = FindOwnFault(envelope!, root!, Nothing, out var own);
        return (FindFleetFault(root!, fleet) ?? fewSigners) is { } refused
            ? new RootVerdict.Rejected(refused, root!.Version)
            : new RootVerdict.Accepted(new TrustChain([new TrustLink(root!, pinned.ToArray(), own.Valid)]));
    }

    /// <summary>Whether these signed bytes are a version of this chain.</summary>
    public bool Contains(Digest payload) => _links.Any(link => link.Root.Payload == payload);

    /// <summary>The version, or null if the chain does not have it.</summary>
    public TrustLink? Find(long version) =>
        version >= _links[0].Root.Version && version <= Head.Version ? _links[(int)(version - _links[0].Root.Version)] : null;

    /// <summary>
    /// Verifies a root, and returns the chain with it if it is the next one. Signatures of <paramref name="revoked"/> keys do not count, nor those of
    /// keys that roots of this chain have revoked.
    /// </summary>
    public RootVerdict Append(ReadOnlyMemory<byte> envelope, IReadOnlySet<Digest> revoked)
    {
        ArgumentNullException.ThrowIfNull(revoked);
        if (!TryOpen(envelope, out var signed, out var root, out var fault))
        {
            return new RootVerdict.Rejected(fault!, 0);
        }

        if (root!.Payload == Head.Payload)
        {
            return new RootVerdict.Known();
        }

        if (FindFleetFault(root, Head.Record.Fleet) is { } foreign)
        {
            return new RootVerdict.Rejected(foreign, root.Version);
        }

        return root.Version <= Head.Version ? RejectOld(signed!, root) : VerifyNew(signed!, envelope, root, revoked);
    }

    internal IReadOnlySet<Digest> RevokedThrough(long version) =>
        new HashSet<Digest>(_links.Where(link => link.Root.Version <= version).SelectMany(link => link.Root.RevokedKeys));

    private RootVerdict VerifyNew(DsseEnvelope signed, ReadOnlyMemory<byte> envelope, TrustRoot root, IReadOnlySet<Digest> revoked)
    {
        if (root.Version > Head.Version + 1)
        {
            return Reject(
                root, TrustReasons.RootSkipped,
                $"trust root {root.Version} cannot be judged before root {Head.Version + 1}: this site has {Head.Version}",
                "Bring the versions between, one after the other; 'edgesync trust import FOLDER' takes them all at once.");
        }

        var gone = RevokedThrough(Head.Version);
        IReadOnlySet<Digest> uncounted = new HashSet<Digest>(gone.Concat(revoked));
        var old = SignerCount.Of(signed, Head.Roots, uncounted);
        if (!old.IsMet)
        {
            return old.IsMetByRevoked
                ? new RootVerdict.Rejected(SignerRevoked($"trust root {Text(root.Version)}", old), root.Version)
                : Reject(
                    root, TrustReasons.RootOldThresholdNotMet,
                    $"trust root {root.Version} is signed by {old} of root {Head.Version}; {old.Threshold} different root keys of that are needed",
                    "Have it signed with root keys of the version before ('edgesync trust sign').");
        }

        if (FindOwnFault(signed, root, uncounted, out var own) is { } few)
        {
            return new RootVerdict.Rejected(few, root.Version);
        }

        var returned = root.Roots.Keys.Concat(root.Releases.Keys).Concat(root.Bundles.Keys).FirstOrDefault(key => gone.Contains(key.Id));
        return returned is null
            ? new RootVerdict.Accepted(new TrustChain([.. _links, new TrustLink(root, envelope.ToArray(), [.. old.Valid.Concat(own.Valid).Distinct()])]))
            : new RootVerdict.Rejected(TrustRootReader.KeyRevoked(returned), root.Version);
    }

    private RootVerdict.Rejected RejectOld(DsseEnvelope signed, TrustRoot root)
    {
        if (Find(root.Version) is not { } known || known.Root.Payload == root.Payload)
        {
            return Reject(
                root, TrustReasons.RootReplayed,
                $"this is trust root {root.Version}, and this site has {Head.Version}",
                "Nothing to do, where it is a leftover; else find out who serves an old root.");
        }

        // A number alone proves nothing. Only a root signed with the keys of the previous version contradicts what these keys signed before.
        var keys = (Find(root.Version - 1) ?? known).Root;
        var signers = SignerCount.Of(signed, keys.Roots, Nothing);
        return signers.IsMet
            ? Reject(
                root, TrustReasons.RootEquivocation,
                $"two different trust roots were signed as version {root.Version}; this site follows the one that it saw first",
                "Root keys have signed twice, by mistake or by theft: find out which of the two is meant, and publish the next version.") with { Contradicts = known }
            : Reject(
                root, TrustReasons.RootOldThresholdNotMet,
                $"this is another trust root {root.Version} than the one this site knows, signed by {signers}; {signers.Threshold} different root keys are needed",
                "Find out who serves it.");
    }

    private static bool TryOpen(ReadOnlyMemory<byte> bytes, out DsseEnvelope? envelope, out TrustRoot? root, out RootFault? fault)
    {
        root = null;
        if (!DsseEnvelope.TryParse(bytes.Span, out envelope, out var problem))
        {
            fault = TrustRootReader.Malformed(problem);
            return false;
        }

        if (envelope.PayloadType != TrustRootRecord.MediaType)
        {
            fault = TrustRootReader.Malformed($"the payload type is not '{TrustRootRecord.MediaType}'");
            return false;
        }

        return TrustRootReader.TryRead(envelope.Payload.Span, out root, out fault);
    }

    private static RootFault? FindFleetFault(TrustRoot root, string fleet) => root.Record.Fleet == fleet
        ? null
        : new RootFault(
            TrustReasons.RootForAnotherFleet, $"the trust root is for fleet '{root.Record.Fleet}', and this site is of fleet '{fleet}'",
            "Give this site the root of its own fleet.");

    private static RootFault? FindOwnFault(DsseEnvelope signed, TrustRoot root, IReadOnlySet<Digest> revoked, out SignerCount own)
    {
        own = SignerCount.Of(signed, root.Roots, revoked);
        return own.IsMet ? null
            : own.IsMetByRevoked ? SignerRevoked($"trust root {Text(root.Version)}", own)
            : new RootFault(
                TrustReasons.RootNewThresholdNotMet,
                Text($"trust root {root.Version} is signed by {own} of its own root keys; {own.Threshold} different ones are needed"),
                "Have it signed with its new root keys too ('edgesync trust sign'): that proves that they are there.");
    }

    internal static RootFault SignerRevoked(string what, SignerCount count) => new(
        TrustReasons.SignerRevoked,
        Text($"{what} has too few signatures without that of {string.Join(", ", count.Revoked)}, which is revoked; {count.Threshold} are needed"),
        "Have it signed with keys that are not revoked; a signature can be added to it as it is.");

    private static RootVerdict.Rejected Reject(TrustRoot root, string reason, FormattableString message, string hint) =>
        new(new RootFault(reason, Text(message), hint), root.Version);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
