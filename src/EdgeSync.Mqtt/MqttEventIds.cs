namespace EdgeSync.Mqtt;

/// <summary>Ids of log events, 6000 to 6999: append only, never used again for another event.</summary>
internal static class MqttEventIds
{
    public const int Connected = 6000;
    public const int Disconnected = 6001;
    public const int SessionTakenOver = 6002;
    public const int SubscriptionRefused = 6003;
    public const int MessagesDropped = 6004;
    public const int UnexpectedFailure = 6005;
    public const int Stopped = 6006;
    public const int WillRefused = 6007;
}
