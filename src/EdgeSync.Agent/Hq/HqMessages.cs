using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Mqtt;

namespace EdgeSync.Agent.Hq;

/// <summary>The messages that the site sends, and how it connects.</summary>
internal static class HqMessages
{
    private const string ContentType = "application/cloudevents+json";

    /// <summary>A shorter break of the link is no news; after this the broker publishes that the site is offline.</summary>
    private static readonly TimeSpan WillDelay = TimeSpan.FromSeconds(10);

    public static CloudEvent<T> Wrap<T>(SiteTopics topics, string type, T data, TimeProvider time) => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        Source = $"/fleets/{topics.Fleet}/sites/{topics.Site}",
        Type = type,
        Time = time.GetUtcNow(),
        Data = data,
    };

    public static MqttMessage Presence(SiteTopics topics, Presence presence, TimeProvider time) => Retained(
        topics.Presence,
        JsonSerializer.SerializeToUtf8Bytes(Wrap(topics, EventTypes.Presence, presence, time), ContractsJsonContext.Default.CloudEventPresence));

    public static MqttMessage Retained(string topic, byte[] payload) =>
        new() { Topic = topic, Payload = payload, Retain = true, IsText = true, ContentType = ContentType };

    public static MqttSessionOptions Connection(HqSection hq, SiteTopics topics, TimeProvider time) => new()
    {
        Host = hq.Broker.Host,
        Port = hq.Broker.Port,
        ClientId = $"{topics.Fleet}/{topics.Site}",
        Subscriptions = [topics.Confirmed, topics.Commands],
        KeepAlive = hq.KeepAlive,
        SessionExpiry = TimeSpan.FromDays(30),
        FailWhenOffline = true,
        Tls = hq.Broker.Scheme == "mqtts"
            ? new MqttTlsOptions { CaFile = hq.CaFile, CertificateFile = hq.CertificateFile, KeyFile = hq.KeyFile }
            : null,
        Will = new MqttWill(Presence(topics, new Presence(PresenceState.Offline), time), WillDelay),
    };
}
