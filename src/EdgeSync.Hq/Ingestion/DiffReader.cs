using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Contracts.Plans;
using EdgeSync.Hq.Fleets;
using EdgeSync.Primitives.Text;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Verifies the diff of a site and reads it strictly, with limits on everything that a page shows.</summary>
internal static class DiffReader
{
    private const int MaxChannels = 64;
    private const int MaxObjects = 500;
    private const int MaxFields = 100;
    private const int MaxTextLength = 4096;

    /// <summary>The document, or why HQ refuses the message. Throws <see cref="System.Text.Json.JsonException"/> if the payload is no diff.</summary>
    public static (PlanDocument? Document, EvidenceKind Kind, string Problem) Read(ReadOnlyMemory<byte> message, SiteState site)
    {
        switch (DsseVerifier.Verify(message.Span, PlanDocument.DiffMediaType, [site.LedgerKey], threshold: 1))
        {
            case DsseVerdict.Malformed malformed:
                return (null, EvidenceKind.Malformed, $"A diff cannot be read: {malformed.Problem}");
            case DsseVerdict.Valid valid:
                var document = StrictJson.Read(valid.Payload.Span, ContractsJsonContext.Default.PlanDocument);
                return (document.Fleet, document.Site) != (site.Key.Fleet, site.Key.Site)
                        ? (null, EvidenceKind.WrongSite, $"A signed diff is for another site: it speaks for '{document.Fleet}/{document.Site}'")
                    : FindProblem(document) is { } problem ? (null, EvidenceKind.Malformed, $"A diff cannot be read: {problem}")
                    : (document, default, "");
            default:
                return (null, EvidenceKind.WrongKey, "A diff is not signed by the key that the site registered");
        }
    }

    private static string? FindProblem(PlanDocument document) => document switch
    {
        { Schema: not PlanDocument.DiffSchema } => $"its schema is not '{PlanDocument.DiffSchema}'",
        { Request: not { Length: > 0 and <= SiteCommand.MaxRequestLength } } => "it does not say which request it answers",
        { Channels.Count: > MaxChannels } => "it has too many channels",

        // The reader leaves null where a list is missing, whatever the type says.
        _ when document.Channels.Any(channel => channel is not { Objects: not null, Notes: not null, Objections: not null, Counts: not null }) =>
            "a channel or a list of it is missing",
        _ when document.Channels.Sum(channel => channel.Objects.Count) > MaxObjects => "it has too many objects",
        _ => document.Channels.Select(FindProblem).FirstOrDefault(problem => problem is not null),
    };

    private static string? FindProblem(ChannelPlan channel)
    {
        if (channel.Objects.Any(item => item is null || item.Fields is { Count: > MaxFields } || item.Fields?.Any(field => field is null) == true)
            || channel.Notes.Any(note => note is null) || channel.Objections.Any(notice => notice is null))
        {
            return "an object, field or note is null, or an object has too many fields";
        }

        var texts = channel.Objects.SelectMany(item => new[] { item.ApiVersion, item.Kind, item.Namespace, item.Name, item.Reason, item.Message, item.Hint })
            .Concat(channel.Objects.SelectMany(item => item.Fields ?? []).SelectMany(field => new[] { field.Path, field.ChangedBy?.Manager, field.Before?.ToJsonString(), field.After?.ToJsonString() }))
            .Concat(channel.Notes).Concat([channel.Channel, channel.Failure?.Reason, channel.Failure?.Message, channel.Failure?.Hint]);
        return texts.Any(text => text?.Length > MaxTextLength) ? "a text in it is too long" : null;
    }
}
