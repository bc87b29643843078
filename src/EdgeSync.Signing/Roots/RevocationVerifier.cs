using System.Globalization;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Signing.Roots;

/// <summary>
/// Verifies a list of revocations from its bytes. Enough root keys of the current root must have signed it, none of them revoked before or by the list
/// itself; its number must be higher, and it must contain all earlier revocations. Pure.
/// </summary>
public static class RevocationVerifier
{
    private const string MakeAgain = "Make the list again with 'edgesync trust revoke', and have it signed.";

    /// <summary>Verifies a new list; <paramref name="current"/> is the list in force, or null before the first.</summary>
    public static RevocationVerdict Verify(ReadOnlyMemory<byte> envelope, TrustChain chain, Revocations? current)
    {
        ArgumentNullException.ThrowIfNull(chain);
        if (!TryOpen(envelope, out var signed, out var record, out var problem))
        {
            return Reject(TrustReasons.RevocationsMalformed, $"it is no list of revocations that can be followed: {problem}", MakeAgain);
        }

        var payload = Digest.Of(signed!.Payload.Span);
        if (payload == current?.Payload)
        {
            return new RevocationVerdict.Known();
        }

        var refused = FindPlaceFault(record!, chain, current)
            ?? FindSignerFault(signed, record!, chain.Head, chain.RevokedKeys.Concat(current?.Keys ?? new HashSet<Digest>()))
            ?? FindOrderFault(record!, current);
        return refused is null ? new RevocationVerdict.Accepted(new Revocations(record!, payload, envelope.ToArray())) : refused;
    }

    /// <summary>
    /// Verifies again a list that this site accepted before, for example after a restart: by the keys of the current root or of an earlier one, back to the
    /// root that it was signed under. Null if no trusted keys have signed it.
    /// </summary>
    public static Revocations? VerifyStored(ReadOnlyMemory<byte> envelope, TrustChain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        if (!TryOpen(envelope, out var signed, out var record, out _) || record!.Fleet != chain.Head.Record.Fleet)
        {
            return null;
        }

        for (var version = chain.Head.Version; version >= record.RootVersion && chain.Find(version) is { } link; version--)
        {
            if (FindSignerFault(signed!, record, link.Root, chain.RevokedThrough(version)) is null)
            {
                return new Revocations(record, Digest.Of(signed!.Payload.Span), envelope.ToArray());
            }
        }

        return null;
    }

    private static RevocationVerdict.Rejected? FindPlaceFault(RevocationRecord record, TrustChain chain, Revocations? current)
    {
        if (record.Fleet != chain.Head.Record.Fleet)
        {
            return Reject(
                TrustReasons.RevocationsForAnotherFleet,
                $"the list of revocations is for fleet '{record.Fleet}', and this site is of fleet '{chain.Head.Record.Fleet}'", "Give this site the list of its own fleet.");
        }

        if (record.RootVersion > chain.Head.Version)
        {
            return Reject(
                TrustReasons.RevocationsAhead,
                $"list {record.Number} of revocations is signed with trust root {record.RootVersion}, and this site has {chain.Head.Version}",
                "Bring the newer trust roots with it; 'edgesync trust import FOLDER' takes both in the right order.");
        }

        return current is not null && record.Number < current.Record.Number
            ? Reject(
                TrustReasons.RevocationsReplayed, $"this is list {record.Number} of revocations, and this site has {current.Record.Number}",
                "Nothing to do, where it is a leftover; else find out who serves an old list.")
            : null;
    }

    private static RevocationVerdict.Rejected? FindSignerFault(
        DsseEnvelope signed, RevocationRecord record, TrustRoot root, IEnumerable<Digest> revoked)
    {
        var count = SignerCount.Of(signed, root.Roots, new HashSet<Digest>(revoked.Concat(record.Keys)));
        return count.IsMet ? null
            : count.IsMetByRevoked ? new RevocationVerdict.Rejected(TrustChain.SignerRevoked(Text($"list {record.Number} of revocations"), count))
            : Reject(
                TrustReasons.RevocationsThresholdNotMet,
                $"list {record.Number} of revocations is signed by {count} of trust root {root.Version}; {count.Threshold} different root keys are needed",
                "Have it signed with root keys of the newest root ('edgesync trust sign').");
    }

    private static RevocationVerdict.Rejected? FindOrderFault(RevocationRecord record, Revocations? current)
    {
        if (current is null)
        {
            return null;
        }

        if (record.Number == current.Record.Number)
        {
            return Reject(
                TrustReasons.RevocationsEquivocation, $"two different lists of revocations were signed with number {record.Number}",
                "Publish one that has all of both, with a higher number.");
        }

        var missing = current.Keys.Except(record.Keys).Concat(current.Bundles.Except(record.Bundles)).ToList();
        return missing.Count == 0
            ? null
            : Reject(
                TrustReasons.RevocationsShrunk, $"list {record.Number} of revocations leaves out {missing[0]}, which list {current.Record.Number} has",
                "What is revoked stays revoked: make the list again from the newest one.");
    }

    private static bool TryOpen(ReadOnlyMemory<byte> bytes, out DsseEnvelope? envelope, out RevocationRecord? record, out string problem)
    {
        record = null;
        if (!DsseEnvelope.TryParse(bytes.Span, out envelope, out problem))
        {
            return false;
        }

        if (envelope.PayloadType != RevocationRecord.MediaType)
        {
            problem = $"the payload type is not '{RevocationRecord.MediaType}'";
            return false;
        }

        return RevocationReader.TryRead(envelope.Payload.Span, out record, out problem);
    }

    private static RevocationVerdict.Rejected Reject(string reason, FormattableString message, string hint) => Reject(reason, Text(message), hint);

    private static RevocationVerdict.Rejected Reject(string reason, string message, string hint) => new(new RootFault(reason, message, hint));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
