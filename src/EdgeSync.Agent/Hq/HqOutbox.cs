using System.Collections.Concurrent;
using EdgeSync.Agent.State;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Mqtt;
using EdgeSync.Primitives.Timing;
using Microsoft.Extensions.Logging;

namespace EdgeSync.Agent.Hq;

/// <summary>
/// Publishes the site's messages at HQ's broker: the ledger's entries in order, and again until HQ has confirmed them. What the broker does not take
/// holds nothing else up, and is logged once.
/// </summary>
internal sealed partial class HqOutbox(Ledger ledger, SiteTopics topics, MqttSession session, TimeSpan reportEvery, Random random, ILogger<HqLink> logger) : IDisposable
{
    private const int EntriesAtOnce = 32;
    private const int MostRemembered = 1000;

    /// <summary>HQ subscribes again within seconds at a broker that lost its sessions.</summary>
    private static readonly TimeSpan FirstRepeat = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _grew = new(1, 1);
    private readonly ConcurrentDictionary<string, string> _logged = new(StringComparer.Ordinal);
    private long _sent;
    private long _tooLarge;

    /// <summary>Raised when the broker does not take an entry because of its size: HQ gets the ledger up to this entry only.</summary>
    public event Action<MqttException>? Stuck;

    /// <summary>The ledger has new entries.</summary>
    public void Signal() => HqLink.Signal(_grew);

    /// <summary>A new connection, perhaps with other limits: HQ gets what it has not confirmed.</summary>
    public void Restart()
    {
        Interlocked.Exchange(ref _tooLarge, 0);
        SendFrom(ledger.Confirmed + 1);
        Signal();
    }

    /// <summary>HQ asks for the entries from this number on.</summary>
    public void Resend(long from)
    {
        // HQ stores nothing beyond an entry that it cannot get, so the ones after it are not sent again.
        if (from != Interlocked.Read(ref _tooLarge))
        {
            SendFrom(from);
            Signal();
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var unheard = new Backoff(FirstRepeat, reportEvery, random);
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
            var wait = isHeard == false ? unheard.Next() : reportEvery;
            if (await _grew.WaitAsync(wait, cancellationToken))
            {
                unheard.Reset();
            }
            else if (ledger.Confirmed + 1 != Interlocked.Read(ref _tooLarge))
            {
                // HQ has had time to confirm what the broker took: send again what HQ has not confirmed.
                SendFrom(ledger.Confirmed + 1);
            }
        }
    }

    /// <summary>Publishes a message, without the retain flag at a broker that would refuse it. Returns whether anybody heard it, and why the broker did not take it.</summary>
    /// <param name="name">What people call the message.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<(bool IsHeard, MqttException? Failure)> PublishAsync(string name, MqttMessage message, CancellationToken cancellationToken)
    {
        try
        {
            var isHeard = await session.PublishAsync(message with { Retain = message.Retain && session.State.RetainAvailable }, cancellationToken);
            _logged.TryRemove(message.Topic, out _);
            return (isHeard, null);
        }
        catch (MqttException failure)
        {
            // The link logs a lost connection, and what the broker lacks for all messages. A refusal concerns the topic, and a size the message.
            var isSaid = failure.Reason == MqttReasons.Offline || (failure.Reason, failure.Code) == (session.State.Failure?.Reason, session.State.Failure?.Code);
            if (!isSaid && IsNew(failure.Reason == MqttReasons.PacketTooLarge ? name : message.Topic, failure.Reason))
            {
                LogSendFailed(name, failure.Reason, failure.Message, failure.Hint);
            }

            return (false, failure);
        }
    }

    public void Dispose() => _grew.Dispose();

    private void SendFrom(long number) => Interlocked.Exchange(ref _sent, Math.Max(number - 1, 0));

    /// <summary>Whether the entries need not be sent again before HQ asks; null where there is no connection.</summary>
    private async Task<bool?> TrySendAsync(IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(entries.Select(entry => PublishAsync(
            $"acknowledgement {entry.Number}",
            new MqttMessage { Topic = topics.Acknowledgements, Payload = entry.Envelope, ContentType = "application/json" },
            cancellationToken)));
        var tooLarge = Array.FindIndex(results, result => result.Failure?.Reason == MqttReasons.PacketTooLarge);
        if (tooLarge >= 0 && Interlocked.CompareExchange(ref _tooLarge, entries[tooLarge].Number, 0) == 0)
        {
            Stuck?.Invoke(results[tooLarge].Failure!);
        }

        var others = results.Where(result => result.Failure?.Reason != MqttReasons.PacketTooLarge).ToList();
        return others.Exists(result => result.Failure?.Reason == MqttReasons.Offline) ? null : others.TrueForAll(result => result.IsHeard);
    }

    private bool IsNew(string subject, string reason)
    {
        if (_logged.Count >= MostRemembered)
        {
            _logged.Clear();
        }

        var isNew = _logged.GetValueOrDefault(subject) != reason;
        _logged[subject] = reason;
        return isNew;
    }

    [LoggerMessage(AgentEventIds.HqSendFailed, LogLevel.Warning, "Could not send {Subject} to HQ, {Reason}: {Message}; the agent tries again later. {Hint}")]
    private partial void LogSendFailed(string subject, string reason, string message, string? hint);
}
