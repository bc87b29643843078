using System.Text;
using EdgeSync.Mqtt.Packets;

namespace EdgeSync.Mqtt.Tests.Packets;

public sealed class CodecTests
{
    private const int Seed = 20261121;

    [Fact]
    public void Publish_RandomMessages_ComeBackAsTheyWere()
    {
        var random = new Random(Seed);
        for (var round = 0; round < 2_000; round++)
        {
            var quality = (MqttQualityOfService)random.Next(2);
            var message = RandomMessage(random) with { QualityOfService = quality };
            var identifier = quality == MqttQualityOfService.AtMostOnce ? (ushort)0 : (ushort)random.Next(1, 65_536);
            var duplicate = identifier != 0 && random.Next(2) == 0;
            var expiry = message.Expiry is { } duration ? (uint)duration.TotalSeconds : (uint?)null;
            var writer = new PacketWriter();

            new PublishPacket(message, identifier, duplicate).Write(writer, expiry);
            var read = PublishPacket.Read(Header(writer, out var body).Flags, body);

            Assert.Equal((identifier, duplicate), (read.PacketId, read.Duplicate));
            AssertSame(message, read.Message, $"seed {Seed}, round {round}");
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(127, 1)]
    [InlineData(128, 2)]
    [InlineData(16_383, 2)]
    [InlineData(16_384, 3)]
    [InlineData(2_097_151, 3)]
    [InlineData(2_097_152, 4)]
    public void Length_AtEachBorder_HasItsShortestForm(int length, int bytes)
    {
        var writer = new PacketWriter();
        var packet = writer.BeginPacket(PacketType.Publish);
        writer.Raw(new byte[length]);
        writer.End(packet);

        Assert.True(FixedHeader.TryRead(writer.Written.Span, out var header));
        Assert.Equal((length, 1 + bytes), (header.RemainingLength, header.Length));
        Assert.Equal(1 + bytes + length, writer.Length);
    }

    [Fact]
    public void Connect_AllOptions_IsAsTheStandardSays()
    {
        var options = new MqttClientOptions
        {
            Host = "h",
            KeepAlive = TimeSpan.FromSeconds(10),
            SessionExpiry = TimeSpan.FromSeconds(20),
            ReceiveMaximum = 5,
            MaximumPacketSize = 1000,
            UserName = "u",
            Password = "p",
            Will = new MqttWill(new MqttMessage { Topic = "w", Payload = "x"u8.ToArray(), Retain = true }, TimeSpan.FromSeconds(30)),
        };
        var writer = new PacketWriter();

        ConnectPacket.Write(writer, options, "c", cleanStart: true);

        Assert.Equal(
            "10 2D 00 04 4D 51 54 54 05 EE 00 0A 0D 11 00 00 00 14 21 00 05 27 00 00 03 E8 00 01 63 05 18 00 00 00 1E 00 01 77 00 01 78 00 01 75 00 01 70"
                .Replace(" ", "", StringComparison.Ordinal),
            Convert.ToHexString(writer.Written.Span));
    }

    [Fact]
    public void Subscribe_AllOptions_IsAsTheStandardSays()
    {
        var writer = new PacketWriter();

        SubscribePacket.Write(writer, 7, [
            new MqttSubscription("a") { NoLocal = true, RetainAsPublished = true, Retained = MqttRetainedMessages.DoNotSend },
            new MqttSubscription("b") { QualityOfService = MqttQualityOfService.AtMostOnce },
        ]);

        Assert.Equal("820B0007000001612D00016200", Convert.ToHexString(writer.Written.Span));
    }

    [Fact]
    public void ConnAck_AllProperties_AreRead()
    {
        var packet = ConnAckPacket.Read(Convert.FromHexString(
            "0100" + "30" + "1100000009" + "210003" + "2400" + "2500" + "2700001000" + "12000161" + "22000A" + "1F000162" + "2600016B000176"
            + "2800" + "2900" + "2A00" + "130005" + "1C000173"));

        Assert.True(packet.SessionPresent);
        Assert.Equal((9u, (ushort?)5, "a", "b", "s"),
            (packet.SessionExpirySeconds, packet.ServerKeepAliveSeconds, packet.AssignedClientIdentifier, packet.ReasonString, packet.ServerReference));
        Assert.Equal(
            new MqttServerLimits
            {
                ReceiveMaximum = 3,
                AtLeastOnceAvailable = false,
                RetainAvailable = false,
                MaximumPacketSize = 4096,
                TopicAliasMaximum = 10,
                WildcardsAvailable = false,
                SubscriptionIdentifiersAvailable = false,
                SharedSubscriptionsAvailable = false,
            },
            packet.Limits);
    }

    [Theory]
    [InlineData("0005", MqttReasonCode.Success, null)]
    [InlineData("000510", MqttReasonCode.NoMatchingSubscribers, null)]
    [InlineData("00058700", MqttReasonCode.NotAuthorized, null)]
    [InlineData("000587051F00026E6F", MqttReasonCode.NotAuthorized, "no")]
    public void PubAck_ShortAndLongForms_AreRead(string body, MqttReasonCode code, string? reason) =>
        Assert.Equal(new PubAckPacket(5, code, reason), PubAckPacket.Read(Convert.FromHexString(body)));

    private static FixedHeader Header(PacketWriter writer, out ReadOnlySpan<byte> body)
    {
        Assert.True(FixedHeader.TryRead(writer.Written.Span, out var header));
        Assert.Equal(writer.Length, header.Length + header.RemainingLength);
        body = writer.Written.Span[header.Length..];
        return header;
    }

    private static MqttMessage RandomMessage(Random random) => new()
    {
        Topic = RandomText(random, 1),
        Payload = RandomBytes(random, random.Next(4) == 0 ? 20_000 : 200),
        Retain = random.Next(2) == 0,
        IsText = random.Next(2) == 0,
        Expiry = random.Next(2) == 0 ? TimeSpan.FromSeconds(random.NextInt64(1, uint.MaxValue)) : null,
        ContentType = random.Next(2) == 0 ? RandomText(random, 0) : null,
        ResponseTopic = random.Next(2) == 0 ? RandomText(random, 1) : null,
        CorrelationData = RandomBytes(random, 50),
        UserProperties = [.. Enumerable.Range(0, random.Next(4)).Select(_ => KeyValuePair.Create(RandomText(random, 0), RandomText(random, 0)))],
    };

    private static byte[] RandomBytes(Random random, int most)
    {
        var bytes = new byte[random.Next(most)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string RandomText(Random random, int least)
    {
        var text = new StringBuilder();
        for (var left = random.Next(least, 40); left > 0; left--)
        {
            Rune rune;
            while (!Rune.TryCreate(random.Next(3) == 0 ? random.Next(1, 0x110000) : random.Next(0x20, 0x7F), out rune) || rune.Value is '+' or '#')
            {
            }

            text.Append(rune);
        }

        return text.ToString();
    }

    private static void AssertSame(MqttMessage expected, MqttMessage actual, string round)
    {
        Assert.True(expected.Payload.Span.SequenceEqual(actual.Payload.Span), round);
        Assert.True(expected.CorrelationData.Span.SequenceEqual(actual.CorrelationData.Span), round);
        Assert.True(expected.UserProperties.SequenceEqual(actual.UserProperties), round);
        Assert.Equal(
            expected with { Payload = default, CorrelationData = default, UserProperties = [] },
            actual with { Payload = default, CorrelationData = default, UserProperties = [] } with { UserProperties = Array.Empty<KeyValuePair<string, string>>() });
    }
}
