using System.Collections.Concurrent;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Hq.Storage;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Hq.Ingestion;

/// <summary>Asks sites for a preflight. Each site decides by its own configuration whether it makes one, and says so in its status.</summary>
internal sealed partial class PreflightAsker(
    ISitePublisher publisher, PreflightStore store, FleetProjection fleet, FleetLock fleetLock, TimeProvider clock, ILogger<PreflightAsker> logger)
{
    private const int PublishersAtOnce = 32;

    /// <summary>A site that is away for longer does not find the question any more.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Sends the question to each site and stores to which the broker took it. Throws <see cref="HqException"/> if the broker took none, or if the terms are not valid.
    /// </summary>
    public async Task<PreflightAsking> AskAsync(IReadOnlyCollection<SiteState> sites, PreflightTerms terms, string by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (terms.FindProblem(now) is { } problem)
        {
            throw new HqException(HqReasons.RequestInvalid, problem);
        }

        HqException? failure = null;
        var sent = new ConcurrentBag<(SiteState Site, PreflightAsk Ask)>();
        await Parallel.ForEachAsync(sites, new ParallelOptions { MaxDegreeOfParallelism = PublishersAtOnce, CancellationToken = cancellationToken }, async (site, token) =>
        {
            var ask = new PreflightAsk(Guid.NewGuid().ToString("N"), now, by, now + Lifetime, terms);
            try
            {
                await publisher.SendAsync(site.Key, Command(ask), token);
                sent.Add((site, ask));
                LogAsked(logger, site.Key, by);
            }
            catch (HqException notSent)
            {
                failure = notSent;
            }
        });
        if (sent.IsEmpty && failure is not null)
        {
            throw failure;
        }

        fleetLock.Run(() =>
        {
            store.Ask(sent.Select(s => (s.Site.Id, s.Ask)));
            fleet.Replace([.. sent.Select(s => (fleet.TryGet(s.Site.Key, out var newest) ? newest : s.Site) with { PreflightAsk = s.Ask })]);
            return sent.Count;
        });
        return new PreflightAsking(sent.Count, sites.Count - sent.Count, failure?.Message);
    }

    private static SiteCommand Command(PreflightAsk ask) => new(CommandKind.Preflight, Request: ask.Request)
    {
        Preflight = new PreflightHint(ShortText.Of(ask.By, PreflightHint.MaxByLength), ask.ExpiresAt) { Deadline = ask.Terms.Deadline, MissionSeconds = ask.Terms.MissionHours * 3600L },
    };

    [LoggerMessage(HqEventIds.PreflightAsked, LogLevel.Information, "{User} asked {Site} for a preflight")]
    private static partial void LogAsked(ILogger logger, SiteKey site, string user);
}

/// <summary>How many sites were asked for a preflight.</summary>
/// <param name="Asked">To how many the broker took the question.</param>
/// <param name="NotAsked">To how many it did not.</param>
/// <param name="Problem">Why not, or null.</param>
public sealed record PreflightAsking(int Asked, int NotAsked, string? Problem);
