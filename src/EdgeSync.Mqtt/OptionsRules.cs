using System.Net;

namespace EdgeSync.Mqtt;

/// <summary>Checks the options once, when the client is made.</summary>
internal static class OptionsRules
{
    private const int SmallestPacket = 128;
    private const int LargestPacket = 16 * 1024 * 1024;

    public static void Check(MqttClientOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Host);
        Require(options.Port is > 0 and <= ushort.MaxValue, nameof(options.Port));
        Require(options.ReceiveMaximum is > 0 and <= ushort.MaxValue, nameof(options.ReceiveMaximum));
        Require(options.MaximumPacketSize is >= SmallestPacket and <= LargestPacket, nameof(options.MaximumPacketSize));
        Require(options.MaximumInFlight is > 0 and < ushort.MaxValue, nameof(options.MaximumInFlight));
        Require(options.QueueCapacity > 0, nameof(options.QueueCapacity));
        Require(options.KeepAlive.TotalSeconds is >= 0 and <= ushort.MaxValue, nameof(options.KeepAlive));
        Require(options.SessionExpiry >= TimeSpan.Zero, nameof(options.SessionExpiry));
        Require(options.BackoffFirst > TimeSpan.Zero && options.BackoffCap >= options.BackoffFirst, nameof(options.BackoffFirst));
        Require(options.ConnectTimeout > TimeSpan.Zero, nameof(options.ConnectTimeout));
        Require(options.ResponseTimeout > TimeSpan.Zero, nameof(options.ResponseTimeout));
        Require(options.AcknowledgementTimeout > TimeSpan.Zero, nameof(options.AcknowledgementTimeout));
        Require(MessageRules.IsString(options.ClientId), nameof(options.ClientId));
        Require(options.UserName is null || MessageRules.IsString(options.UserName), nameof(options.UserName));
        Require(options.Password is null || MessageRules.IsString(options.Password), nameof(options.Password));
        Require((options.Tls?.CertificateFile is null) == (options.Tls?.KeyFile is null), nameof(options.Tls));
        Require(options.Will is null || options.Will.Message.Payload.Length <= ushort.MaxValue, nameof(options.Will));
        if (options.Will is { } will)
        {
            MessageRules.Check(will.Message);
        }

        if (options is { Password: not null, Tls: null } && !IsLoopback(options.Host))
        {
            throw new ArgumentException("a password must not travel without TLS", nameof(options));
        }
    }

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static void Require(bool condition, string name)
    {
        if (!condition)
        {
            throw new ArgumentException($"{name} is out of range");
        }
    }
}
