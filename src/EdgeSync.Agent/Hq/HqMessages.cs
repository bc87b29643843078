using System.Text.Json;
using EdgeSync.Agent.Configuration;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Messaging;
using EdgeSync.Mqtt;

namespace EdgeSync.Agent.Hq;

/// <summary>How the site wraps what it says, and how it connects.</summary>
internal static class HqMessages
{
    public const string ContentType = "application/cloudevents+json";

    /// <summary>Short cuts of the link are nobody's business; after this the broker says that the site is offline.</summary>
    private static readonly TimeSpan WillDelay = TimeSpan.FromSeconds(10);

    public static CloudEvent<T> Wrap<T>(SiteTopics topics, string type, T data, TimeProvider time) => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        Source = $"/fleets/{topics.Fleet}/sites/{topics.Site}",
        Type = type,
        Time = time.GetUtcNow(),
        Data = data,
    };

    public static MqttClientOptions Connection(HqSection hq, SiteTopics topics, TimeProvider time) => new()
    {
        Host = hq.Broker.Host,
        Port = hq.Broker.Port,
        ClientId = $"{topics.Fleet}/{topics.Site}",
        KeepAlive = hq.KeepAlive,
        SessionExpiry = TimeSpan.FromDays(30),
        FailWhenOffline = true,
        Tls = hq.CaFile is null
            ? null
            : new MqttTlsOptions { CaFile = hq.CaFile, CertificateFile = hq.CertificateFile, KeyFile = hq.KeyFile },
        Will = new MqttWill(
            new MqttMessage
            {
                Topic = topics.Presence,
                Retain = true,
                IsText = true,
                ContentType = ContentType,
                Payload = JsonSerializer.SerializeToUtf8Bytes(
                    Wrap(topics, EventTypes.Presence, new Presence(PresenceState.Offline), time), ContractsJsonContext.Default.CloudEventPresence),
            },
            WillDelay),
    };
}
