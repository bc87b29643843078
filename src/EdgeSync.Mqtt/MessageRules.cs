namespace EdgeSync.Mqtt;

/// <summary>Checks what an application wants to send, before anything is queued.</summary>
internal static class MessageRules
{
    private const int LongestField = ushort.MaxValue;

    // The protocol's largest packet (a remaining length of four bytes), with room for a header.
    private const int LargestPayload = 268_435_455 - (4 * LongestField);

    public static void Check(MqttMessage message)
    {
        if (!MqttTopic.IsPublishable(message.Topic))
        {
            throw MqttFailures.Invalid(Shown(message.Topic), $"'{Shown(message.Topic)}' is not a topic that can be published to");
        }

        var fault = message switch
        {
            { ResponseTopic: { } response } when !MqttTopic.IsValidName(response) => "its response topic is not a topic name",
            { ContentType: { } contentType } when !IsString(contentType) => "its content type is not a valid string",
            { CorrelationData.Length: > LongestField } => "its correlation data is too long",
            { Payload.Length: > LargestPayload } => "its payload is too large for MQTT",
            { Expiry: { } expiry } when expiry <= TimeSpan.Zero => "its expiry is not a positive time",
            _ => message.UserProperties.Any(p => !IsString(p.Key) || !IsString(p.Value)) ? "a user property is not a valid string" : null,
        };
        if (fault is not null)
        {
            throw MqttFailures.Invalid(message.Topic, $"the message to '{message.Topic}' cannot be sent: {fault}");
        }
    }

    public static void Check(IReadOnlyCollection<MqttSubscription> subscriptions)
    {
        ArgumentOutOfRangeException.ThrowIfZero(subscriptions.Count);
        foreach (var subscription in subscriptions)
        {
            CheckFilter(subscription.Filter);
            if (subscription.NoLocal && MqttTopic.IsShared(subscription.Filter))
            {
                throw MqttFailures.Invalid(subscription.Filter, "a shared subscription cannot leave out local messages"); // [MQTT-3.8.3-4]
            }
        }
    }

    public static void CheckFilter(string filter)
    {
        if (!MqttTopic.IsValidFilter(filter))
        {
            throw MqttFailures.Invalid(Shown(filter), $"'{Shown(filter)}' is not a topic filter");
        }
    }

    public static bool IsString(string? text) => MqttTopic.ByteCount(text) is >= 0 and <= LongestField;

    private static string Shown(string? topic) => topic is null ? "" : topic.Length > 80 ? topic[..80] + "…" : topic;
}
