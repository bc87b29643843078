using System.Globalization;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Ingestion;
using EdgeSync.Hq.Storage;
using EdgeSync.Hq.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EdgeSync.Hq.Api;

/// <summary>Lists sites, their acknowledgements and evidence; sends commands to sites and revokes them.</summary>
internal static class SiteEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 500;

    public static void MapSiteEndpoints(this IEndpointRouteBuilder api)
    {
        api.MapGet("/sites", ListSites);
        api.MapGet("/evidence", ListEvidence);
        var site = api.MapGroup("/sites/{fleet}/{site}");
        site.MapGet("", GetSite);
        site.MapGet("/acknowledgements", ListAcknowledgements);
        site.MapGet("/evidence", ListSiteEvidence);
        site.MapGet("/diff", GetDiff);
        site.MapGet("/preflights", ListPreflights);
        site.MapPost("/commands", SendCommandAsync).ForOperatorPrograms();
        site.MapPut("/revocation", Revoke).ForOperatorPrograms();
        site.MapDelete("/revocation", LiftRevocation).ForOperatorPrograms();
    }

    private static ConditionalJson<FleetDocument> ListSites(HttpRequest request, FleetProjection fleet, BrokerHealth broker, TimeProvider clock)
    {
        var page = FleetSearch.Run(fleet.Snapshot(), FleetQuery.Read(request.Query), clock.GetUtcNow());
        var health = broker.Current;
        return new(
            FleetDocument.From(page, new BrokerDocument(health.IsConnected, health.Since)), HqApiJsonContext.Default.FleetDocument);
    }

    private static ConditionalJson<SiteDocument> GetSite(string fleet, string site, FleetProjection projection, TimeProvider clock) => new(
        SiteDocument.From(projection.FindRow(new SiteKey(fleet, site), clock.GetUtcNow()) ?? throw Unknown(fleet, site)), HqApiJsonContext.Default.SiteDocument);

    private static ConditionalJson<HistoryDocument> ListAcknowledgements(string fleet, string site, HttpRequest request, FleetProjection projection, LedgerStore ledgers)
    {
        var state = Find(projection, fleet, site);
        return History(request, (before, limit) => ledgers.List(state.Id, before, limit));
    }

    private static ConditionalJson<HistoryDocument> ListPreflights(string fleet, string site, HttpRequest request, FleetProjection projection, PreflightStore preflights)
    {
        var state = Find(projection, fleet, site);
        return History(request, (before, limit) => preflights.List(state.Id, before, limit));
    }

    private static ConditionalJson<HistoryDocument> History(HttpRequest request, Func<LedgerPosition?, int, IReadOnlyList<LedgerEntry>> list)
    {
        var limit = int.TryParse(request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var requested) && requested > 0
            ? Math.Min(requested, MaxLimit)
            : DefaultLimit;
        var entries = list(LedgerPosition.TryParse(request.Query["before"], out var position) ? position : null, limit);
        return new(
            new HistoryDocument([.. entries.Select(HistoryEntryDocument.From)], entries.Count == limit ? entries[^1].Position.ToString() : null),
            HqApiJsonContext.Default.HistoryDocument);
    }

    private static ConditionalJson<SiteDiff> GetDiff(string fleet, string site, FleetProjection projection, DiffStore diffs) => new(
        diffs.Find(Find(projection, fleet, site).Id)
            ?? throw new HqException(HqReasons.DiffNotAsked, $"nobody has asked '{fleet}/{site}' to compare its cluster") { Hint = "Post the command 'sendDiff' to the site first." },
        HqApiJsonContext.Default.SiteDiff);

    private static ConditionalJson<IReadOnlyList<EvidenceDocument>> ListSiteEvidence(string fleet, string site, EvidenceStore evidence) =>
        Evidence(evidence.List(new SiteKey(fleet, site), openOnly: false, MaxLimit));

    private static ConditionalJson<IReadOnlyList<EvidenceDocument>> ListEvidence(EvidenceStore evidence) => Evidence(evidence.List(null, openOnly: true, MaxLimit));

    private static ConditionalJson<IReadOnlyList<EvidenceDocument>> Evidence(IReadOnlyList<EvidenceRow> rows) => new(
        [.. rows.Select(EvidenceDocument.From)], HqApiJsonContext.Default.IReadOnlyListEvidenceDocument);

    private static async Task<StatusCodeHttpResult> SendCommandAsync(string fleet, string site, HttpContext context, FleetProjection projection, SiteCommands commands, PreflightAsker asker)
    {
        var request = await JsonBody.ReadAsync(context.Request, HqApiJsonContext.Default.CommandRequest);
        var (state, caller) = (Find(projection, fleet, site), Requests.CallerName(context));
        if (request.Kind == CommandKind.Preflight)
        {
            await asker.AskAsync([state], new PreflightTerms(request.Deadline?.ToUniversalTime(), request.MissionHours), caller, context.RequestAborted);
        }
        else
        {
            await commands.SendAsync(state, request.Kind, caller, context.RequestAborted);
        }

        return TypedResults.StatusCode(StatusCodes.Status202Accepted);
    }

    private static NoContent Revoke(string fleet, string site, HttpContext context, FleetProjection projection, SiteRevocations revocations)
    {
        revocations.Revoke(Find(projection, fleet, site), Requests.CallerName(context));
        return TypedResults.NoContent();
    }

    private static NoContent LiftRevocation(string fleet, string site, HttpContext context, FleetProjection projection, SiteRevocations revocations)
    {
        revocations.Lift(Find(projection, fleet, site), Requests.CallerName(context));
        return TypedResults.NoContent();
    }

    private static SiteState Find(FleetProjection projection, string fleet, string site) =>
        projection.TryGet(new SiteKey(fleet, site), out var state)
            ? state
            : throw Unknown(fleet, site);

    private static HqException Unknown(string fleet, string site) => new(HqReasons.SiteUnknown, $"the site '{fleet}/{site}' is not enrolled");
}
