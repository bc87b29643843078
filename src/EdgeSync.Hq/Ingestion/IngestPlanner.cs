using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing.Ledger;

namespace EdgeSync.Hq.Ingestion;

/// <summary>
/// Judges a batch of messages against what is known, and says what to store and what to answer. It touches neither disk nor network, except to ask
/// for the digest that is stored under a number.
/// </summary>
internal sealed class IngestPlanner(FleetProjection fleet, Func<SiteState, long, Digest?> findStored, ResendPacing pacing)
{
    private const int MaxStatusBytes = 128 * 1024;
    private const int MaxChannels = 64;
    private const int MaxLabels = 64;
    private static readonly TimeSpan EntriesMayBeOnTheirWay = TimeSpan.FromSeconds(30);

    private DateTimeOffset? _since;

    public IngestPlan Plan(IReadOnlyList<InboundMessage> batch)
    {
        var plan = new IngestPlan();
        _since ??= batch.Count > 0 ? batch[0].At : null;
        foreach (var message in batch)
        {
            Judge(plan, message);
        }

        return plan;
    }

    private void Judge(IngestPlan plan, InboundMessage message)
    {
        if (!plan.Sites.TryGetValue(message.Site, out var site) && !fleet.TryGet(message.Site, out site))
        {
            plan.Evidence.Add(new Evidence(
                message.Site, EvidenceKind.UnknownSite, null, $"A message came on the topics of '{message.Site}', which is not enrolled", message.At, message.Payload));
            Introduce(plan, message);
            return;
        }

        try
        {
            var next = message.Kind switch
            {
                MessageKind.Acknowledgement => JudgeEntry(plan, site, message),
                MessageKind.Status => ReadStatus(plan, site, message),
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
                site.Key, EvidenceKind.Malformed, null, $"A {message.Kind.ToString().ToLowerInvariant()} message cannot be read: {failure.Message}", message.At, message.Payload));
        }
    }

    // It may have enrolled after the backup that this HQ was restored from: its certificate can tell.
    private void Introduce(IngestPlan plan, InboundMessage message)
    {
        if (pacing.MayAsk(message.Site, 0, message.At))
        {
            plan.Commands[message.Site] = new SiteCommand(CommandKind.RenewCertificate);
        }
    }

    private SiteState JudgeEntry(IngestPlan plan, SiteState site, InboundMessage message)
    {
        var expectation = new LedgerExpectation(site.Key.Fleet, site.Key.Site, site.LedgerKey, site.Head);
        switch (AcknowledgementVerifier.Verify(message.Payload.Span, expectation))
        {
            case LedgerVerdict.Valid valid:
                return Accept(plan, Hear(site, message), valid, message);
            case LedgerVerdict.Duplicate duplicate when FindDigest(plan, site, duplicate.Head.Number) is { } stored && stored != duplicate.Head.Payload:
                Refuse(EvidenceKind.Equivocation, duplicate.Head.Number, $"Entry {duplicate.Head.Number} came again with other content: this site has two ledgers");
                return site;
            case LedgerVerdict.Duplicate:
                plan.ToConfirm.Add(site.Key);
                return Hear(site, message) with { Duplicates = site.Duplicates + 1 };
            case LedgerVerdict.Gap gap:
                Ask(plan, site, gap.Expected, message.At);
                return Hear(site, message) with { GapFoundAt = Math.Min(site.GapFoundAt ?? gap.Found, gap.Found) };
            case LedgerVerdict.ChainBroken broken:
                Refuse(EvidenceKind.ChainBroken, broken.Number, $"Entry {broken.Number} does not fit the ledger: {broken.Problem}");
                return site;
            case LedgerVerdict.WrongSite wrong:
                Refuse(EvidenceKind.WrongSite, null, $"A signed entry is in the wrong place: {wrong.Problem}");
                return site;
            case LedgerVerdict.Malformed malformed:
                Refuse(EvidenceKind.Malformed, null, $"An acknowledgement cannot be read: {malformed.Problem}");
                return site;
            default:
                Refuse(EvidenceKind.WrongKey, null, "An acknowledgement is not signed by the key that this site registered");
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
            GapFoundAt = gap,
        };
    }

    private SiteState ReadStatus(IngestPlan plan, SiteState site, InboundMessage message)
    {
        var said = ReadStatusEvent(site, message);
        var status = said.Data;
        if (said.Id == site.StatusEventId)
        {
            return message.Replayed ? site : Hear(site, message);
        }

        if (!message.Replayed || status.At > site.Status?.At || site.Status is null)
        {
            Level(plan, site, status, message);
            return Hear(site, message, said.Time) with { Status = status, StatusEventId = said.Id };
        }

        return site;
    }

    private static CloudEvent<SiteStatus> ReadStatusEvent(SiteState site, InboundMessage message)
    {
        if (message.Payload.Length > MaxStatusBytes)
        {
            throw new JsonException($"it has more than {MaxStatusBytes} bytes");
        }

        var said = StrictJson.Read(message.Payload.Span, ContractsJsonContext.Default.CloudEventSiteStatus);
        var status = said.Data;
        var problem = (status.Fleet, status.Site) != (site.Key.Fleet, site.Key.Site) ? $"it speaks for '{status.Fleet}/{status.Site}'"
            : status.Channels.Count > MaxChannels || status.Labels.Count > MaxLabels ? "it holds too many channels or labels"
            : status.Channels.Any(c => c is null) || status.Labels.Values.Any(v => v is null) ? "a channel or label is null"
            : status.Channels.Any(c => !EntityName.IsValid(c.Channel)) ? "a channel's name is no name"
            : null;
        return problem is null ? said : throw new JsonException(problem);
    }

    private static SiteState ReadPresence(SiteState site, InboundMessage message)
    {
        var said = StrictJson.Read(message.Payload.Span, ContractsJsonContext.Default.CloudEventPresence);
        if (said.Data.State == site.Presence && message.Replayed)
        {
            return site;
        }

        // The broker says "offline" in the site's name: it is news about the site, and no word from it.
        var heard = said.Data.State == PresenceState.Offline ? site : Hear(site, message, said.Time);
        return heard with
        {
            Presence = said.Data.State,
            PresenceAt = said.Data.State == site.Presence ? site.PresenceAt : message.At,
        };
    }

    // A kept message tells of the past: it counts from when the site made it, never later than now, never earlier than what is known.
    private static SiteState Hear(SiteState site, InboundMessage message, DateTimeOffset? madeAt = null)
    {
        var heard = message.Replayed && madeAt is { } made && made < message.At ? made : message.At;
        return heard > site.LastWordAt || site.LastWordAt is null ? site with { LastWordAt = heard } : site;
    }

    // Both sides compare where they stand whenever a status comes, so that a lost message of either direction heals by itself.
    private void Level(IngestPlan plan, SiteState site, SiteStatus status, InboundMessage message)
    {
        // While the ledger grows, entries are on their way, and a status may overtake them; one that the broker kept overtakes nothing. What was stored before
        // this HQ began to listen, perhaps by one whose backup it was restored from, says nothing of that.
        var head = site.Head?.Number ?? 0;
        var stands = message.Replayed
            || site.HeadAt is not { } headAt
            || headAt < _since
            || message.At - headAt > EntriesMayBeOnTheirWay;
        if (status.LedgerNumber > head && stands)
        {
            Ask(plan, site, head + 1, message.At);
        }

        if (status.LedgerNumber - status.OutboxLength < head)
        {
            plan.ToConfirm.Add(site.Key);
        }
    }

    private void Ask(IngestPlan plan, SiteState site, long from, DateTimeOffset at)
    {
        if (pacing.MayAsk(site.Key, from, at))
        {
            plan.Commands[site.Key] = new SiteCommand(CommandKind.ResendFrom, from);
        }
    }

    private Digest? FindDigest(IngestPlan plan, SiteState site, long number) =>
        plan.Entries.Find(e => e.SiteId == site.Id && e.Ledger == site.Ledger && e.Entry.Number == number)?.Payload ?? findStored(site, number);
}
