using System.Text.Json;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Hq.Enrolments;
using EdgeSync.Hq.Fleets;
using EdgeSync.Mqtt;

namespace EdgeSync.Hq.Ingestion;

/// <summary>HQ's link to the broker: it puts the messages of all sites into the inbox, and publishes confirmations and hints to the sites.</summary>
internal sealed partial class BrokerLink : BackgroundService, ISitePublisher
{
    private const string Source = "/hq";
    private const int ConfirmersAtOnce = 32;
    private static readonly TimeSpan CommandExpiry = TimeSpan.FromMinutes(10);

    private readonly MqttSession _session;
    private readonly Inbox _inbox;
    private readonly FleetProjection _fleet;
    private readonly HqIdentity _identity;
    private readonly BrokerHealth _health;
    private readonly TimeProvider _clock;
    private readonly ILogger<BrokerLink> _logger;
    private bool _saidNotRetained;

    public BrokerLink(
        MqttSession session, Inbox inbox, FleetProjection fleet, HqIdentity identity, BrokerHealth health, TimeProvider clock, ILogger<BrokerLink> logger)
    {
        (_session, _inbox, _fleet, _identity) = (session, inbox, fleet, identity);
        (_health, _clock, _logger) = (health, clock, logger);
    }

    public Task ConfirmAsync(SiteKey site, long through, CancellationToken cancellationToken) => PublishAsync(
        new MqttMessage
        {
            Topic = site.Topics.Confirmed,
            Payload = Wrap(EventTypes.Confirmation, new Confirmation(through), ContractsJsonContext.Default.CloudEventConfirmation),
            Retain = true,
        },
        cancellationToken);

    public Task SendAsync(SiteKey site, SiteCommand command, CancellationToken cancellationToken) => PublishAsync(
        new MqttMessage
        {
            Topic = site.Topics.Commands,
            Payload = Wrap(EventTypes.Command, command, ContractsJsonContext.Default.CloudEventSiteCommand),
            Expiry = CommandExpiry,
        },
        cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _identity.RefreshAsync(stoppingToken);
        await Task.WhenAll(_session.RunAsync(stoppingToken), FollowStateAsync(stoppingToken), ReceiveAsync(stoppingToken));
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        await foreach (var delivery in _session.ReceiveAsync(cancellationToken))
        {
            if (SiteTopics.TryParse(delivery.Message.Topic, out var topics, out var last) && KindOf(last) is { } kind)
            {
                var site = new SiteKey(topics!.Fleet, topics.Site);
                var message = delivery.Message;
                await _inbox.AddAsync(
                    new InboundMessage(site, kind, message.Payload, message.Retain, _clock.GetUtcNow(), delivery.Acknowledge), cancellationToken);
            }
            else
            {
                // HQ did not subscribe to it.
                LogDropped(_logger, delivery.Message.Topic);
                delivery.Acknowledge();
            }
        }
    }

    private async Task FollowStateAsync(CancellationToken cancellationToken)
    {
        await foreach (var state in _session.StateChanges.ReadAllAsync(cancellationToken))
        {
            ShowHealth(state);
            if (state.IsConnected)
            {
                LogConnected(_logger, state.SessionPresent);
                if (!state.RetainAvailable && !_saidNotRetained)
                {
                    _saidNotRetained = true;
                    LogNotRetained(_logger);
                }

                if (state.Failure is { } refused)
                {
                    LogRefused(_logger, refused.Reason, refused.Message);
                }

                await ConfirmAllAsync(cancellationToken);
            }
            else if (state.Failure is not null)
            {
                // The client has logged why.
                await _identity.RefreshAsync(cancellationToken);
            }
        }
    }

    // Without the subscriptions HQ receives nothing.
    private void ShowHealth(MqttSessionState state)
    {
        var problem = state.IsConnected && state.Failure is { } refused ? $"the broker does not let HQ listen: {refused.Message}" : state.Failure?.Message;
        _health.Set(state.IsConnected && state.Failure is null, problem);
        _fleet.Touch();
    }

    // Messages may have been lost on either side: after each connect HQ tells every site how far its ledger is stored.
    private async Task ConfirmAllAsync(CancellationToken cancellationToken)
    {
        HqException? problem = null;
        await Parallel.ForEachAsync(
            _fleet.Snapshot(),
            new ParallelOptions { MaxDegreeOfParallelism = ConfirmersAtOnce, CancellationToken = cancellationToken },
            async (site, token) =>
            {
                try
                {
                    await ConfirmAsync(site.Key, site.Head?.Number ?? 0, token);
                }
                catch (HqException failure)
                {
                    // The broker may refuse the topic of one site.
                    problem = failure;
                }
            });
        if (problem is not null)
        {
            LogPublishFailed(_logger, problem.Reason, problem.Message);
        }
    }

    private async Task PublishAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        try
        {
            // Without retained messages the site gets it all the same: the broker keeps it in the site's session.
            var retain = message.Retain && _session.State.RetainAvailable;
            await _session.PublishAsync(message with { Retain = retain, IsText = true, ContentType = "application/cloudevents+json" }, cancellationToken);
        }
        catch (MqttException failure)
        {
            throw new HqException(HqReasons.BrokerUnavailable, $"the broker did not take the message: {failure.Message}", failure)
            {
                Disposition = EdgeSync.Primitives.Failures.Disposition.Transient,
                Subject = message.Topic,
                Hint = failure.Hint ?? "Check that the broker runs, and that HQ's certificate is accepted.",
            };
        }
    }

    private byte[] Wrap<T>(string type, T content, System.Text.Json.Serialization.Metadata.JsonTypeInfo<CloudEvent<T>> typeInfo) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new CloudEvent<T> { Id = Guid.NewGuid().ToString(), Source = Source, Type = type, Time = _clock.GetUtcNow(), Data = content }, typeInfo);

    private static MessageKind? KindOf(string lastLevel) => lastLevel switch
    {
        "presence" => MessageKind.Presence,
        "status" => MessageKind.Status,
        "acks" => MessageKind.Acknowledgement,
        "diff" => MessageKind.Diff,
        _ => null,
    };

    [LoggerMessage(HqEventIds.BrokerConnected, LogLevel.Information, "Connected to the broker, session kept: {SessionPresent}")]
    private static partial void LogConnected(ILogger logger, bool sessionPresent);

    [LoggerMessage(HqEventIds.BrokerRefused, LogLevel.Error, "The broker refuses HQ's subscriptions, {Reason}: {Problem}")]
    private static partial void LogRefused(ILogger logger, string reason, string problem);

    [LoggerMessage(
        HqEventIds.BrokerNotRetained,
        LogLevel.Warning,
        "The broker keeps no retained messages: after a start HQ learns of each site at its next report. Turn retained messages on at the broker")]
    private static partial void LogNotRetained(ILogger logger);

    [LoggerMessage(HqEventIds.MessageDropped, LogLevel.Warning, "Dropped a message on '{Topic}', which is not a site's")]
    private static partial void LogDropped(ILogger logger, string topic);

    [LoggerMessage(HqEventIds.ConfirmFailed, LogLevel.Warning, "Cannot confirm to the sites now, {Reason}: {Problem}")]
    private static partial void LogPublishFailed(ILogger logger, string reason, string problem);
}
