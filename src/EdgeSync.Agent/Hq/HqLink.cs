using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Agent.Daemon;
using EdgeSync.Agent.Enrolment;
using EdgeSync.Agent.State;
using EdgeSync.Agent.Time;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Mqtt;
using EdgeSync.Primitives.Text;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Hq;

/// <summary>
/// The site's side of the talk with HQ: presence and status when they change, ledger entries in order until HQ confirms them, and hints from
/// HQ. Nothing here can change what the site runs: a hint makes it look, and signatures decide.
/// </summary>
internal sealed partial class HqLink(
    HqSection options,
    SiteTopics topics,
    Site site,
    Ledger ledger,
    CertificateRenewer? renewer,
    MqttClient client,
    SiteClock time,
    Random random,
    ILogger<HqLink> logger)
    : BackgroundService
{
    private const int MaxMessageBytes = 64 * 1024;
    private const int EntriesAtOnce = 32;

    /// <summary>Changes come in bursts; HQ hears of the last one only.</summary>
    private static readonly TimeSpan StatusDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>HQ comes back to a broker that forgot it within seconds.</summary>
    private static readonly TimeSpan FirstRepeat = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _ledgerGrew = new(1, 1);
    private readonly SemaphoreSlim _statusChanged = new(1, 1);
    private long _sent;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        site.Changed += OnSiteChanged;
        client.Start();
        try
        {
            await Task.WhenAll(
                FollowConnectionAsync(stoppingToken), SubscribeAsync(stoppingToken), SendLedgerAsync(stoppingToken), SendStatusAsync(stoppingToken),
                ReceiveAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await SayStoppedAsync();
        }
        finally
        {
            site.Changed -= OnSiteChanged;
            await client.DisposeAsync();
        }
    }

    // One permit says "look again"; more would only make the loop look at the same thing twice.
    private static void Signal(SemaphoreSlim signal)
    {
        lock (signal)
        {
            if (signal.CurrentCount == 0)
            {
                signal.Release();
            }
        }
    }

    private void OnSiteChanged()
    {
        Signal(_ledgerGrew);
        Signal(_statusChanged);
    }

    private async Task FollowConnectionAsync(CancellationToken cancellationToken)
    {
        string? told = null;
        await foreach (var state in client.StateChanges.ReadAllAsync(cancellationToken))
        {
            if (state.IsConnected)
            {
                told = null;
                LogConnected(options.Broker.Host);
                SendFrom(ledger.Confirmed + 1);
                OnSiteChanged();
            }
            else if (state.Failure is { } failure && failure.Reason != told)
            {
                // Weeks without a broker are normal here: say it once, not at every try.
                told = failure.Reason;
                LogDisconnected(failure.Reason, failure.Message);
            }
        }
    }

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.SubscribeAsync([new MqttSubscription(topics.Confirmed), new MqttSubscription(topics.Commands)], cancellationToken);
        }
        catch (MqttException failure)
        {
            LogSubscriptionRefused(failure.Reason, failure.Message);
        }
    }

    private void SendFrom(long number) => Interlocked.Exchange(ref _sent, Math.Max(number - 1, 0));

    private async Task SendLedgerAsync(CancellationToken cancellationToken)
    {
        var unheard = new Backoff(FirstRepeat, options.ReportEvery, random);
        while (true)
        {
            var sent = Interlocked.Read(ref _sent);
            var entries = ledger.Read(sent + 1, EntriesAtOnce);
            var answer = entries.Count > 0 ? await TrySendAsync(entries, cancellationToken) : null;
            if (answer == MqttReasonCode.Success)
            {
                // Unless HQ asked for older ones meanwhile.
                Interlocked.CompareExchange(ref _sent, entries[^1].Number, sent);
                continue;
            }

            // A broker that has lost its sessions takes what comes before HQ subscribes again, and keeps none of it.
            var wait = answer == MqttReasonCode.NoMatchingSubscribers ? unheard.Next() : options.ReportEvery;
            if (await _ledgerGrew.WaitAsync(wait, cancellationToken))
            {
                unheard.Reset();
            }
            else
            {
                // HQ has long had time to confirm what the broker took: send again what it has not.
                SendFrom(ledger.Confirmed + 1);
            }
        }
    }

    /// <summary>What the broker answered to them all; null where it did not take them.</summary>
    private async Task<MqttReasonCode?> TrySendAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        try
        {
            var answers = await Task.WhenAll(entries.Select(entry => client.PublishAsync(
                new MqttMessage { Topic = topics.Acknowledgements, Payload = entry.Envelope, ContentType = "application/json" }, cancellationToken)));
            return answers.Contains(MqttReasonCode.NoMatchingSubscribers) ? MqttReasonCode.NoMatchingSubscribers : MqttReasonCode.Success;
        }
        catch (MqttException failure)
        {
            SayNotSent(failure);
            return null;
        }
    }

    private async Task SendStatusAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _statusChanged.WaitAsync(options.ReportEvery, cancellationToken);
            await Task.Delay(StatusDelay, time, cancellationToken);
            try
            {
                var status = site.Status();
                await SayAsync(PresenceState.Online, cancellationToken);
                await PublishAsync(
                    topics.Status,
                    JsonSerializer.SerializeToUtf8Bytes(
                        HqMessages.Wrap(topics, EventTypes.Status, status, time), ContractsJsonContext.Default.CloudEventSiteStatus),
                    cancellationToken);
            }
            catch (MqttException failure)
            {
                SayNotSent(failure);
            }
        }
    }

    // That there is no connection is said when it is lost; a site that works on alone would say it again at every step.
    private void SayNotSent(MqttException failure)
    {
        if (failure.Reason != MqttReasons.Offline)
        {
            LogSendFailed(failure.Reason, failure.Message);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        await foreach (var delivery in client.ReceiveAsync(cancellationToken))
        {
            try
            {
                Take(delivery.Message);
            }
            catch (JsonException failure)
            {
                LogIgnored(delivery.Message.Topic, failure.Message);
            }

            delivery.Acknowledge();
        }
    }

    private void Take(MqttMessage message)
    {
        if (message.Payload.Length > MaxMessageBytes)
        {
            LogIgnored(message.Topic, "it is too large");
        }
        else if (message.Topic == topics.Confirmed)
        {
            Confirm(StrictJson.Read(message.Payload.Span, ContractsJsonContext.Default.CloudEventConfirmation));
        }
        else if (message.Topic == topics.Commands)
        {
            Follow(StrictJson.Read(message.Payload.Span, ContractsJsonContext.Default.CloudEventSiteCommand).Data);
        }
    }

    private void Confirm(CloudEvent<Confirmation> confirmation)
    {
        ledger.Confirm(confirmation.Data.Through);
        if (options.Broker.Scheme == "mqtts")
        {
            // The broker may have kept it for weeks: it is not now, but it was then.
            time.ProveByPeer(confirmation.Time, isNow: false);
        }
    }

    private void Follow(SiteCommand command)
    {
        LogHint(command.Kind);
        switch (command.Kind)
        {
            case CommandKind.LookNow:
                site.LookNow();
                break;
            case CommandKind.ResendFrom when command.From is { } from:
                SendFrom(from);
                Signal(_ledgerGrew);
                break;
            case CommandKind.SendReport:
                Signal(_statusChanged);
                break;
            case CommandKind.RenewCertificate:
                renewer?.RenewSoon();
                break;
        }
    }

    private async Task SayStoppedAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        try
        {
            await SayAsync(PresenceState.Stopped, bound.Token);
        }
        catch (Exception failure) when (failure is MqttException or OperationCanceledException)
        {
            // No link: the will says "offline" instead.
            LogSendFailed("Stopped", failure.Message);
        }
    }

    private Task<MqttReasonCode> SayAsync(PresenceState state, CancellationToken cancellationToken) => PublishAsync(
        topics.Presence,
        JsonSerializer.SerializeToUtf8Bytes(
            HqMessages.Wrap(topics, EventTypes.Presence, new Presence(state, Commands.VersionCommand.Current), time),
            ContractsJsonContext.Default.CloudEventPresence),
        cancellationToken);

    private Task<MqttReasonCode> PublishAsync(string topic, byte[] payload, CancellationToken cancellationToken) => client.PublishAsync(
        new MqttMessage { Topic = topic, Payload = payload, Retain = true, IsText = true, ContentType = HqMessages.ContentType }, cancellationToken);

    [LoggerMessage(AgentEventIds.HqConnected, LogLevel.Information, "Connected to HQ's broker {Host}")]
    private partial void LogConnected(string host);

    [LoggerMessage(AgentEventIds.HqDisconnected, LogLevel.Warning, "No connection to HQ's broker, {Reason}: {Message}")]
    private partial void LogDisconnected(string reason, string message);

    [LoggerMessage(AgentEventIds.HqSubscriptionRefused, LogLevel.Error, "HQ's broker refuses confirmations and hints, {Reason}: {Message}")]
    private partial void LogSubscriptionRefused(string reason, string message);

    [LoggerMessage(AgentEventIds.HqMessageIgnored, LogLevel.Warning, "Ignored a message on {Topic}: {Message}")]
    private partial void LogIgnored(string topic, string message);

    [LoggerMessage(AgentEventIds.HqHint, LogLevel.Information, "HQ hints: {Kind}")]
    private partial void LogHint(CommandKind kind);

    [LoggerMessage(AgentEventIds.HqSendFailed, LogLevel.Warning, "Could not send to HQ, {Reason}: {Message}; it stays in the outbox")]
    private partial void LogSendFailed(string reason, string message);
}
