using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using EdgeSync.Hq.Fleets;

namespace EdgeSync.Hq.Web;

/// <summary>
/// Server-sent events that tell a page to reload its content. The content itself comes from the URL of the page, with its own checks. HQ ends a stream
/// after some minutes; the browser opens it again, and HQ checks the login again.
/// </summary>
internal static class EventEndpoints
{
    private const int MaxStreams = 500;
    private static readonly TimeSpan StreamLifetime = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);

    // Ages grow and sites become stale even while no message arrives.
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(20);

    public static void MapEventEndpoints(this IEndpointRouteBuilder routes) => routes.MapGet("/events", Follow);

    private static IResult Follow(HttpContext context, ChangeFeed changes, TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        if (changes.Subscribers >= MaxStreams)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "TooManyStreams", "Too many pages are open at once.");
        }

        SiteKey? site = context.Request.Query["site"].ToString().Split('/') is [var fleet, var name] ? new SiteKey(fleet, name) : null;
        context.Response.Headers["X-Accel-Buffering"] = "no";
        return Results.ServerSentEvents(StreamAsync(changes, site, clock, lifetime.ApplicationStopping, context.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<string>> StreamAsync(
        ChangeFeed changes,
        SiteKey? site,
        TimeProvider clock,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var subscription = changes.Subscribe(site);
        using var lifetime = new CancellationTokenSource(StreamLifetime, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping, lifetime.Token);
        yield return new SseItem<string>("open", "hello") { ReconnectionInterval = TimeSpan.FromSeconds(3) };
        while (await WaitAsync(subscription, clock, ends.Token) is { } happened)
        {
            yield return new SseItem<string>(happened, "change");
        }
    }

    private static async Task<string?> WaitAsync(ChangeFeed.Subscription subscription, TimeProvider clock, CancellationToken ends)
    {
        try
        {
            await Task.Delay(Spacing, clock, ends);
            using var tick = new CancellationTokenSource(TickEvery, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ends, tick.Token);
            try
            {
                await subscription.Signals.ReadAsync(either.Token);
                return "change";
            }
            catch (OperationCanceledException) when (!ends.IsCancellationRequested)
            {
                return "tick";
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
