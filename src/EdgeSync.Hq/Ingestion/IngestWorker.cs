using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Fleets;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Timing;
using EdgeSync.Sqlite;
using Microsoft.Data.Sqlite;

namespace EdgeSync.Hq.Ingestion;

/// <summary>
/// Stores the messages of the inbox batch by batch, and then answers: PUBACK to the broker, confirmations and commands to the sites. While the database
/// cannot be written, nothing is acknowledged and the broker keeps the messages.
/// </summary>
internal sealed partial class IngestWorker(
    Inbox inbox, Ingester ingester, FleetProjection fleet, ISitePublisher publisher, TimeProvider clock, Random random, ILogger<IngestWorker> logger)
    : BackgroundService
{
    private const int ConfirmersAtOnce = 32;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var batch = await inbox.TakeAsync(stoppingToken);
            var plan = await StoreAsync(batch, stoppingToken);
            foreach (var message in batch)
            {
                message.Acknowledge();
            }

            LogResult(plan, batch.Count);
            await AnswerAsync(plan, stoppingToken);
        }
    }

    private async Task<IngestPlan> StoreAsync(IReadOnlyList<InboundMessage> batch, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(FirstRetry, LongestRetry, random);
        while (true)
        {
            try
            {
                return ingester.Ingest(batch);
            }
            catch (Exception failure) when (failure is SqliteException or StorageException)
            {
                var wait = backoff.Next();
                LogBatchFailed(logger, batch.Count, failure is SqliteException database ? $"the database cannot be used: {SqliteDatabase.Describe(database)}" : failure.Message, wait);
                await Task.Delay(wait, clock, cancellationToken);
            }
        }
    }

    private async Task AnswerAsync(IngestPlan plan, CancellationToken cancellationToken)
    {
        EdgeSyncException? problem = null;
        await Parallel.ForEachAsync(
            plan.ToConfirm,
            new ParallelOptions { MaxDegreeOfParallelism = ConfirmersAtOnce, CancellationToken = cancellationToken },
            async (key, token) => await TryAsync(() => publisher.ConfirmAsync(key, fleet.TryGet(key, out var site) ? site.Head?.Number ?? 0 : 0, token)));

        foreach (var (key, command) in plan.Commands)
        {
            LogRequested(logger, key, command.Kind, command.From);
            await TryAsync(() => publisher.SendAsync(key, command, cancellationToken));
        }

        if (problem is not null)
        {
            // Nothing is lost: the next connection confirms every site again, and the next status or entry requests missing entries again.
            LogPublishFailed(logger, problem.Reason, problem.Message);
        }

        // The broker may refuse the topic of one site.
        async Task TryAsync(Func<Task> send)
        {
            try
            {
                await send();
            }
            catch (EdgeSyncException failure)
            {
                problem = failure;
            }
        }
    }

    private void LogResult(IngestPlan plan, int messages)
    {
        LogStored(logger, messages, plan.Entries.Count);
        foreach (var evidence in plan.Evidence)
        {
            LogEvidence(logger, evidence.Site, evidence.Kind, evidence.Detail);
        }
    }

    [LoggerMessage(HqEventIds.BatchStored, LogLevel.Debug, "Stored a batch of {Messages} messages with {Entries} new ledger entries")]
    private static partial void LogStored(ILogger logger, int messages, int entries);

    [LoggerMessage(HqEventIds.BatchFailed, LogLevel.Error, "Cannot store a batch of {Messages} messages: {Problem}. HQ retries in {RequeueAfter}")]
    private static partial void LogBatchFailed(ILogger logger, int messages, string problem, TimeSpan requeueAfter);

    [LoggerMessage(HqEventIds.EvidenceFound, LogLevel.Warning, "Integrity alert for {Site}, {Reason}: {Detail}")]
    private static partial void LogEvidence(ILogger logger, SiteKey site, EvidenceKind reason, string detail);

    [LoggerMessage(HqEventIds.GapFound, LogLevel.Information, "HQ asks {Site} for missing data: {Action} {Number}")]
    private static partial void LogRequested(ILogger logger, SiteKey site, CommandKind action, long? number);

    [LoggerMessage(HqEventIds.PublishFailed, LogLevel.Warning, "HQ cannot answer the sites, {Reason}: {Problem}")]
    private static partial void LogPublishFailed(ILogger logger, string reason, string problem);
}
