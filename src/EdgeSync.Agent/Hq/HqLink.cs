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
/// The site's link to HQ. It sends presence and status when they change, sends ledger entries in order until HQ confirms them, and receives
/// hints. A hint only makes the site poll its sources; signatures decide what the site runs.
/// </summary>
internal sealed partial class HqLink(
    HqSection options,
    SiteTopics topics,
    Site site,
    Ledger ledger,
    CertificateRenewer? renewer,
    MqttSession session,
    SiteClock time,
    Random random,
    ILogger<HqLink> logger)
    : BackgroundService
{
    private const int MaxMessageBytes = 64 * 1024;
    private const int EntriesAtOnce = 32;

    /// <summary>Changes come in bursts; the site sends the last one only.</summary>
    private static readonly TimeSpan StatusDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>HQ subscribes again within seconds at a broker that lost its sessions.</summary>
    private static readonly TimeSpan FirstRepeat = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _ledgerGrew = new(1, 1);
    private readonly SemaphoreSlim _statusChanged = new(1, 1);
    private long _sent;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        site.Changed += OnSiteChanged;
        using var leaving = new CancellationTokenSource();
        var running = session.RunAsync(leaving.Token);
        try
        {
            await Task.WhenAll(
                FollowConnectionAsync(stoppingToken), SendLedgerAsync(stoppingToken), SendStatusAsync(stoppingToken), ReceiveAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await SendStoppedAsync();
        }
        finally
        {
            site.Changed -= OnSiteChanged;
            await leaving.CancelAsync();
            await running;
        }
    }

    // One permit makes a loop check again; more permits would only repeat the check.
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
        string? logged = null;
        await foreach (var state in session.StateChanges.ReadAllAsync(cancellationToken))
        {
            if (state.IsConnected)
            {
                logged = null;
                LogConnected(options.Broker.Host);
                if (state.Failure is { } refused)
                {
                    LogSubscriptionRefused(refused.Reason, refused.Message);
                }

                SendFrom(ledger.Confirmed + 1);
                OnSiteChanged();
            }
            else if (state.Failure is { } failure && failure.Reason != logged)
            {
                // Weeks without a broker are normal here: log it once, not at every try.
                logged = failure.Reason;
                LogDisconnected(failure.Reason, failure.Message);
            }
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
            var isHeard = entries.Count > 0 ? await TrySendAsync(entries, cancellationToken) : null;
            if (isHeard == true)
            {
                // Unless HQ asked for older ones meanwhile.
                Interlocked.CompareExchange(ref _sent, entries[^1].Number, sent);
                continue;
            }

            // A broker that lost its sessions accepts messages before HQ subscribes again, but keeps none of them.
            var wait = isHeard == false ? unheard.Next() : options.ReportEvery;
            if (await _ledgerGrew.WaitAsync(wait, cancellationToken))
            {
                unheard.Reset();
            }
            else
            {
                // HQ has had time to confirm what the broker took: send again what HQ has not confirmed.
                SendFrom(ledger.Confirmed + 1);
            }
        }
    }

    /// <summary>Whether anybody has subscribed to the entries; null if the broker did not accept all of them.</summary>
    private async Task<bool?> TrySendAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        try
        {
            var heard = await Task.WhenAll(entries.Select(entry => session.PublishAsync(
                new MqttMessage { Topic = topics.Acknowledgements, Payload = entry.Envelope, ContentType = "application/json" }, cancellationToken)));
            return heard.All(isHeard => isHeard);
        }
        catch (MqttException failure)
        {
            LogNotSent(failure);
            return null;
        }
    }

    private async Task SendStatusAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _statusChanged.WaitAsync(options.ReportEvery, cancellationToken);
            await Task.Delay(StatusDelay, time, cancellationToken);
            var status = HqMessages.Wrap(topics, EventTypes.Status, site.Status(), time);

            // A broker that refuses one of the two topics may take the other.
            await TrySendAsync(HqMessages.Presence(topics, new Presence(PresenceState.Online, Commands.VersionCommand.Current), time), cancellationToken);
            await TrySendAsync(
                HqMessages.Retained(topics.Status, JsonSerializer.SerializeToUtf8Bytes(status, ContractsJsonContext.Default.CloudEventSiteStatus)), cancellationToken);
        }
    }

    private async Task TrySendAsync(MqttMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await session.PublishAsync(message, cancellationToken);
        }
        catch (MqttException failure)
        {
            LogNotSent(failure);
        }
    }

    // The lost connection is logged already; a site that works on without one would log it again at every step.
    private void LogNotSent(MqttException failure)
    {
        if (failure.Reason != MqttReasons.Offline)
        {
            LogSendFailed(failure.Reason, failure.Message);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        await foreach (var delivery in session.ReceiveAsync(cancellationToken))
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
            // The broker may have kept it for weeks: it is a time in the past, but a proven one.
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

    private async Task SendStoppedAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        try
        {
            await session.PublishAsync(HqMessages.Presence(topics, new Presence(PresenceState.Stopped, Commands.VersionCommand.Current), time), timeout.Token);
        }
        catch (Exception failure) when (failure is MqttException or OperationCanceledException)
        {
            // There is no link: the broker publishes the will, "offline", instead.
            LogSendFailed("Stopped", failure.Message);
        }
    }

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
