using EdgeSync.Contracts.Acknowledgements;
using EdgeSync.Primitives;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Signing.Ledger;

/// <summary>
/// Verifies an entry of a site's ledger: first the signature, then the site, then its place in the chain. It reports a missing, reordered, repeated or
/// forged entry as such.
/// </summary>
public static class AcknowledgementVerifier
{
    /// <summary>Verifies the envelope's bytes. Pure: the caller stores the new head together with the entry.</summary>
    public static LedgerVerdict Verify(ReadOnlySpan<byte> envelope, LedgerExpectation expectation)
    {
        ArgumentNullException.ThrowIfNull(expectation);
        return DsseVerifier.Verify(envelope, Acknowledgement.MediaType, [expectation.Key], threshold: 1) switch
        {
            DsseVerdict.Malformed malformed => new LedgerVerdict.Malformed(malformed.Problem),
            DsseVerdict.Valid valid => VerifyAuthentic(valid.Payload.Span, expectation),
            _ => new LedgerVerdict.WrongKey(),
        };
    }

    private static LedgerVerdict VerifyAuthentic(ReadOnlySpan<byte> payload, LedgerExpectation expectation)
    {
        if (!AcknowledgementReader.TryRead(payload, out var entry, out var problem))
        {
            return new LedgerVerdict.Malformed(problem);
        }

        return (entry.Fleet, entry.Site) == (expectation.Fleet, expectation.Site)
            ? VerifyPlace(entry, new LedgerHead(entry.Number, Digest.Of(payload)), expectation.Head)
            : new LedgerVerdict.WrongSite($"it speaks for '{entry.Fleet}/{entry.Site}', and came from '{expectation.Fleet}/{expectation.Site}'");
    }

    private static LedgerVerdict VerifyPlace(Acknowledgement entry, LedgerHead place, LedgerHead? head)
    {
        var expected = (head?.Number ?? 0) + 1;
        if (entry.Number > expected)
        {
            return new LedgerVerdict.Gap(expected, entry.Number);
        }

        if (entry.Number < expected)
        {
            return entry.Number == head!.Number && place.Payload != head.Payload
                ? new LedgerVerdict.ChainBroken(entry.Number, "another entry is stored under this number")
                : new LedgerVerdict.Duplicate(entry, place);
        }

        return entry.Previous == head?.Payload
            ? new LedgerVerdict.Valid(entry, place)
            : new LedgerVerdict.ChainBroken(entry.Number, "the entry before it is not the one that is stored");
    }
}
