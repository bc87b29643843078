using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing.Ledger;

namespace EdgeSync.Hq.Ingestion;

/// <summary>
/// Verifies a batch of messages against the state of the sites and plans what to store and what to answer. It uses neither disk nor network, except to look
/// up the stored digest of an entry.
/// </summary>
internal sealed class IngestPlanner(FleetProjection fleet, Func<SiteState, long, Digest?> findStored, ResendThrottle throttle)
{
    private const int MaxStatusBytes = 128 * 1024;
    private const int MaxChannels = 64;
    private const int MaxLabels = 64;
    private static readonly TimeSpan InFlightTime = TimeSpan.FromSeconds(30);

    private DateTimeOffset? _since;

    public IngestPlan Plan(IReadOnlyList<InboundMessage> batch)
    {
        var plan = new IngestPlan();
        _since ??= batch.Count > 0 ? batch[0].At : null;
        foreach (var message in batch)
        {
            Evaluate(plan, message);
        }

        return plan;
    }

    private void Evaluate(IngestPlan plan, InboundMessage message)
    {
        if (!plan.Sites.TryGetValue(message.Site, out var site) && !fleet.TryGet(message.Site, out site))
        {
            plan.Evidence.Add(new Evidence(
                message.Site, EvidenceKind.UnknownSite, null, $"A message arrived on the topics of '{message.Site}', which is not enrolled", message.At, message.Payload));
            AskToRenew(plan, message);
            return;
        }

        try
        {
            var next = message.Kind switch
            {
                MessageKind.Acknowledgement => EvaluateEntry(plan, site, message),
                MessageKind.Status => ReadStatus(plan, site, message),
                MessageKind.Diff => ReadDiff(plan, site, message),
                _ => ReadPresence(site, message),
            };
            if (next != site)
            {
                plan.Sites[site.Key] = next;
            }
        }
        catch (JsonException failure)
        {
            plan.Evidence.Add(new Evidence(
                site.Key, EvidenceKind.Malformed, null, $"A {message.Kind.ToString().ToLowerInvariant()} message cannot be read: {FaultText.Describe(failure)}", message.At, message.Payload));
        }
    }

    // The site may have enrolled after the backup from which HQ was restored. Its certificate can prove that when it renews.
    private void AskToRenew(IngestPlan plan, InboundMessage message)
    {
        if (throttle.MayAsk(message.Site, 0, message.At))
        {
            plan.Commands[message.Site] = new SiteCommand(CommandKind.RenewCertificate);
        }
    }

    private SiteState EvaluateEntry(IngestPlan plan, SiteState site, InboundMessage message)
    {
        var expectation = new LedgerExpectation(site.Key.Fleet, site.Key.Site, site.LedgerKey, site.Head);
        switch (AcknowledgementVerifier.Verify(message.Payload.Span, expectation))
        {
            case LedgerVerdict.Valid valid:
                return Accept(plan, MarkHeard(site, message), valid, message);
            case LedgerVerdict.Duplicate duplicate when FindDigest(plan, site, duplicate.Head.Number) is { } stored && stored != duplicate.Head.Payload:
                Refuse(EvidenceKind.Equivocation, duplicate.Head.Number, $"Entry {duplicate.Head.Number} arrived again with different content: this site has two ledgers");
                return site;
            case LedgerVerdict.Duplicate:
                plan.ToConfirm.Add(site.Key);
                return MarkHeard(site, message) with { Duplicates = site.Duplicates + 1 };
            case LedgerVerdict.Gap gap:
                RequestResend(plan, site, gap.Expected, message.At);
                return MarkHeard(site, message) with { GapFoundAt = Math.Min(site.GapFoundAt ?? gap.Found, gap.Found) };
            case LedgerVerdict.ChainBroken broken:
                Refuse(EvidenceKind.ChainBroken, broken.Number, $"Entry {broken.Number} does not follow the stored ledger: {broken.Problem}");
                return site;
            case LedgerVerdict.WrongSite wrong:
                Refuse(EvidenceKind.WrongSite, null, $"A signed entry is for another site: {wrong.Problem}");
                return site;
            case LedgerVerdict.Malformed malformed:
                Refuse(EvidenceKind.Malformed, null, $"An acknowledgement cannot be read: {malformed.Problem}");
                return site;
            default:
                Refuse(EvidenceKind.WrongKey, null, "An acknowledgement is not signed by the key that the site registered");
                return site;
        }

        void Refuse(EvidenceKind kind, long? number, string detail) =>
            plan.Evidence.Add(new Evidence(site.Key, kind, number, detail, message.At, message.Payload));
    }

    private static SiteState Accept(IngestPlan plan, SiteState site, LedgerVerdict.Valid valid, InboundMessage message)
    {
        plan.Entries.Add(new StoredEntry(site.Id, site.Ledger, valid.Entry, valid.Head.Payload, message.At, message.Payload));
        plan.ToConfirm.Add(site.Key);
        var gap = valid.Head.Number + 1 >= site.GapFoundAt ? null : site.GapFoundAt;
        if (gap is null)
        {
            plan.Commands.Remove(site.Key);
        }

        var proofs = valid.Entry.Release is { } release
            ? site.Proofs.SetItem(release.Channel, ChannelProof.Next(site.Proofs.GetValueOrDefault(release.Channel), valid.Entry))
            : site.Proofs;
        return site with
        {
            Head = valid.Head,
            HeadAt = message.At,
            Proofs = proofs,
            LastPreflight = valid.Entry.Preflight is { } report ? PreflightNote.Of(new LedgerPosition(site.Ledger, valid.Entry.Number), report, message.At) : site.LastPreflight,
            LastNight = valid.Entry.Night is { } night ? new NightNote(night, message.At) : site.LastNight,
            GapFoundAt = gap,
        };
    }

    private SiteState ReadStatus(IngestPlan plan, SiteState site, InboundMessage message)
    {
        var received = ReadStatusEvent(site, message);
        var status = received.Data;
        if (received.Id == site.StatusEventId)
        {
            return message.Replayed ? site : MarkHeard(site, message);
        }

        if (!message.Replayed || status.At > site.Status?.At || site.Status is null)
        {
            CompareLedgers(plan, site, status, message);
            return MarkHeard(site, message, received.Time) with { Status = status, StatusEventId = received.Id };
        }

        return site;
    }

    private static CloudEvent<SiteStatus> ReadStatusEvent(SiteState site, InboundMessage message)
    {
        if (message.Payload.Length > MaxStatusBytes)
        {
            throw new JsonFault($"it has more than {MaxStatusBytes} bytes");
        }

        var received = StrictJson.Read(message.Payload.Span, ContractsJsonContext.Default.CloudEventSiteStatus);
        var status = received.Data;
        var problem = (status.Fleet, status.Site) != (site.Key.Fleet, site.Key.Site) ? $"it is a status of '{status.Fleet}/{status.Site}'"
            : status.Channels.Count > MaxChannels || status.Labels.Count > MaxLabels ? "it has too many channels or labels"
            : status.Channels.Any(c => c is null) || status.Labels.Values.Any(v => v is null) ? "a channel or label is null"
            : status.Channels.Any(c => !EntityName.IsValid(c.Channel)) ? "a channel has an invalid name"
            : null;
        return problem is null ? received : throw new JsonFault(problem);
    }

    private static SiteState ReadDiff(IngestPlan plan, SiteState site, InboundMessage message)
    {
        var (document, kind, problem) = DiffReader.Read(message.Payload, site);
        if (document is null)
        {
            plan.Evidence.Add(new Evidence(site.Key, kind, null, problem, message.At, message.Payload));
            return site;
        }

        plan.Diffs.Add(new StoredDiff(site.Id, document, message.At, message.Payload));
        return MarkHeard(site, message);
    }

    private static SiteState ReadPresence(SiteState site, InboundMessage message)
    {
        var received = StrictJson.Read(message.Payload.Span, ContractsJsonContext.Default.CloudEventPresence);
        if (received.Data.State == site.Presence && message.Replayed)
        {
            return site;
        }

        // The broker sends "offline" on behalf of the site. It is news about the site, but the site did not send it.
        var heard = received.Data.State == PresenceState.Offline ? site : MarkHeard(site, message, received.Time);
        return heard with
        {
            Presence = received.Data.State,
            PresenceAt = received.Data.State == site.Presence ? site.PresenceAt : message.At,
        };
    }

    // A retained message is old: the time at which the site created it counts, but not a time in the future or before the last message.
    private static SiteState MarkHeard(SiteState site, InboundMessage message, DateTimeOffset? madeAt = null)
    {
        var heard = message.Replayed && madeAt is { } made && made < message.At ? made : message.At;
        return heard > site.LastHeardAt || site.LastHeardAt is null ? site with { LastHeardAt = heard } : site;
    }

    // With each status HQ compares both ledgers, so that HQ and the site recover from a lost message in either direction.
    private void CompareLedgers(IngestPlan plan, SiteState site, SiteStatus status, InboundMessage message)
    {
        // A status can overtake entries that are in flight, so HQ does not ask for entries while the ledger is growing. A retained status cannot overtake them.
        // Entries that were stored before this process started do not count: the database may come from a backup.
        var head = site.Head?.Number ?? 0;
        var isSettled = message.Replayed
            || site.HeadAt is not { } headAt
            || headAt < _since
            || message.At - headAt > InFlightTime;
        if (status.LedgerNumber > head && isSettled)
        {
            RequestResend(plan, site, head + 1, message.At);
        }

        if (status.LedgerNumber - status.OutboxLength < head)
        {
            plan.ToConfirm.Add(site.Key);
        }
    }

    private void RequestResend(IngestPlan plan, SiteState site, long from, DateTimeOffset at)
    {
        if (throttle.MayAsk(site.Key, from, at))
        {
            plan.Commands[site.Key] = new SiteCommand(CommandKind.ResendFrom, from);
        }
    }

    private Digest? FindDigest(IngestPlan plan, SiteState site, long number) =>
        plan.Entries.Find(e => e.SiteId == site.Id && e.Ledger == site.Ledger && e.Entry.Number == number)?.Payload ?? findStored(site, number);
}
