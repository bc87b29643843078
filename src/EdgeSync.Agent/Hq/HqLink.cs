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
    SiteNotices notices,
    Ledger ledger,
    CertificateRenewer? renewer,
    DiffSender diffs,
    HqPreflights preflights,
    MqttSession session,
    SiteClock time,
    Random random,
    ILogger<HqLink> logger)
    : BackgroundService
{
    private const int MaxMessageBytes = 64 * 1024;

    /// <summary>Changes come in bursts; the site sends the last one only.</summary>
    private static readonly TimeSpan StatusDelay = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan PresenceTimeout = TimeSpan.FromSeconds(30);

    private readonly HqOutbox _outbox = new(ledger, topics, session, options.ReportEvery, random, logger);
    private readonly SemaphoreSlim _statusChanged = new(1, 1);
    private bool _saidNotRetained;

    /// <summary>One permit makes a loop check again; more permits would only repeat the check.</summary>
    public static void Signal(SemaphoreSlim signal)
    {
        lock (signal)
        {
            if (signal.CurrentCount == 0)
            {
                signal.Release();
            }
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        _outbox.Dispose();
        diffs.Dispose();
        _statusChanged.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        site.Changed += OnSiteChanged;
        _outbox.Stuck += OnStuck;
        using var leaving = new CancellationTokenSource();
        var running = session.RunAsync(leaving.Token);
        try
        {
            await Task.WhenAll(
                FollowConnectionAsync(stoppingToken),
                _outbox.RunAsync(stoppingToken),
                SendStatusAsync(stoppingToken),
                ReceiveAsync(stoppingToken),
                diffs.RunAsync(signed => SendDiffAsync(signed, stoppingToken), stoppingToken));
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

    private void OnSiteChanged()
    {
        _outbox.Signal();
        Signal(_statusChanged);
    }

    private void OnStuck(MqttException failure)
    {
        Show(failure);
        Signal(_statusChanged);
    }

    private void Show(MqttException? failure) =>
        notices.Hq = failure is null ? null : new SiteNotice(failure.Reason, $"HQ does not get everything from this site: {failure.Message}", failure.Hint);

    private async Task FollowConnectionAsync(CancellationToken cancellationToken)
    {
        string? logged = null;
        await foreach (var state in session.StateChanges.ReadAllAsync(cancellationToken))
        {
            if (state.IsConnected)
            {
                logged = null;
                LogConnected(options.Broker.Host);
                ShowLimits(state);
                _outbox.Restart();
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

    private void ShowLimits(MqttSessionState state)
    {
        Show(state.Failure);
        if (state.Failure is { } failure)
        {
            LogSubscriptionRefused(failure.Reason, failure.Message, failure.Hint);
        }

        if (!state.RetainAvailable && !_saidNotRetained)
        {
            _saidNotRetained = true;
            LogNotRetained(options.Broker.Host);
        }
    }

    private async Task SendStatusAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _statusChanged.WaitAsync(options.ReportEvery, cancellationToken);
            await Task.Delay(StatusDelay, time, cancellationToken);
            var status = HqMessages.Wrap(topics, EventTypes.Status, site.Status(), time);

            // A broker may refuse one of the two topics, or close the connection for it: presence is the one that HQ can do without.
            var presence = HqMessages.Presence(topics, new Presence(PresenceState.Online, Commands.VersionCommand.Current), time);
            await _outbox.PublishAsync(
                "the status", HqMessages.Retained(topics.Status, JsonSerializer.SerializeToUtf8Bytes(status, ContractsJsonContext.Default.CloudEventSiteStatus)), cancellationToken);
            using var limit = new CancellationTokenSource(PresenceTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            try
            {
                await _outbox.PublishAsync("the presence", presence, either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // A broker that neither takes nor refuses it must not hold up the next status.
            }
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
            catch (JsonException)
            {
                LogIgnored(delivery.Message.Topic, "it is not the JSON that HQ sends there");
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
                _outbox.Resend(from);
                break;
            case CommandKind.SendReport:
                Signal(_statusChanged);
                break;
            case CommandKind.SendDiff when options.SendDiff && command.Request is { Length: <= SiteCommand.MaxRequestLength } request:
                diffs.Ask(request);
                break;
            case CommandKind.Preflight when command is { Request: { Length: > 0 and <= SiteCommand.MaxRequestLength } request, Preflight: { } hint }:
                preflights.Take(request, hint);
                break;
            case CommandKind.RenewCertificate:
                renewer?.RenewSoon();
                break;
        }
    }

    private async Task SendDiffAsync(byte[] signed, CancellationToken cancellationToken) => await _outbox.PublishAsync(
        "the diff", new MqttMessage { Topic = topics.Diff, Payload = signed, ContentType = "application/json" }, cancellationToken);

    private async Task SendStoppedAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        try
        {
            // Without a link the broker publishes the will, "offline", instead.
            await _outbox.PublishAsync(
                "that it stops", HqMessages.Presence(topics, new Presence(PresenceState.Stopped, Commands.VersionCommand.Current), time), timeout.Token);
        }
        catch (OperationCanceledException)
        {
            LogStopNotSent();
        }
    }

    [LoggerMessage(AgentEventIds.HqConnected, LogLevel.Information, "Connected to HQ's broker {Host}")]
    private partial void LogConnected(string host);

    [LoggerMessage(AgentEventIds.HqDisconnected, LogLevel.Warning, "No connection to HQ's broker, {Reason}: {Message}")]
    private partial void LogDisconnected(string reason, string message);

    [LoggerMessage(AgentEventIds.HqSubscriptionRefused, LogLevel.Error, "HQ's broker does not do all that this site needs, {Reason}: {Message}. {Hint}")]
    private partial void LogSubscriptionRefused(string reason, string message, string? hint);

    [LoggerMessage(
        AgentEventIds.HqNotRetained,
        LogLevel.Warning,
        "HQ's broker {Host} keeps no retained messages: an HQ that was away learns of this site at its next report. Acknowledgements are not affected. Turn retained messages on at the broker")]
    private partial void LogNotRetained(string host);

    [LoggerMessage(AgentEventIds.HqMessageIgnored, LogLevel.Warning, "Ignored a message on {Topic}: {Message}")]
    private partial void LogIgnored(string topic, string message);

    [LoggerMessage(AgentEventIds.HqHint, LogLevel.Information, "HQ hints: {Kind}")]
    private partial void LogHint(CommandKind kind);

    [LoggerMessage(AgentEventIds.HqStopNotSent, LogLevel.Warning, "HQ's broker did not take the message that this site stops within two seconds")]
    private partial void LogStopNotSent();
}
