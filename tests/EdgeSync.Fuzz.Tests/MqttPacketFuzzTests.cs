using EdgeSync.Mqtt;
using EdgeSync.Mqtt.Packets;

namespace EdgeSync.Fuzz.Tests;

/// <summary>Whatever bytes a broker sends, reading them ends in a packet or in a protocol violation, with little memory.</summary>
public sealed class MqttPacketFuzzTests
{
    private const int MaximumBytesPerInputByte = 64;
    private const int FixedBytes = 64 * 1024;

    // Valid packets to start from: a byte changed in one of these goes deeper than noise.
    private static readonly byte[][] Seeds =
    [
        Packet("20", "0100", "1100000009210003240025002700001000120001611F0001622600016B00017628002900130005 22000A 1C000173", ""),
        Packet("33", "0003612F62 0005", "0101 020000000A 03000163 08000172 0900020102 0B05 26000161000162", "787980"),
        Packet("30", "000161", "", "78"),
        Packet("40", "0005 87", "1F00026E6F 26000161000162", ""),
        Packet("90", "0008", "1F000178", "000187"),
        Packet("B0", "0007", "2600016100016226000163000164", "0011"),
        Packet("E0", "9C", "1C000178 1F000179", ""),
        [0xD0, 0x00],
    ];

    [Fact]
    public void Read_MutatedPackets_EndsInPacketOrViolation()
    {
        var rounds = FuzzRun.Repeat(random =>
        {
            var input = Mutate(random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Read(input);
            }
            catch (MqttException violation)
            {
                Assert.True(
                    violation.Reason is MqttReasons.ProtocolViolation && violation.Code is not null,
                    $"input {Convert.ToHexString(input)}: {violation.Message}");
                return; // an exception's stack trace is not the packet's memory
            }
            catch (Exception other)
            {
                Assert.Fail($"input {Convert.ToHexString(input)}: {other}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(
                allocated <= FixedBytes + ((long)input.Length * MaximumBytesPerInputByte),
                $"{allocated} bytes for {Convert.ToHexString(input)}");
        });

        Assert.True(rounds > 10_000, $"only {rounds} rounds");
    }

    [Fact]
    public void Seeds_Unchanged_AreAllRead() => Assert.All(Seeds, Read);

    private static byte[] Packet(string first, string fields, string properties, string rest)
    {
        static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var block = Bytes(properties);
        byte[] body = [.. Bytes(fields), (byte)block.Length, .. block, .. Bytes(rest)];
        return [.. Bytes(first), (byte)body.Length, .. body];
    }

    private static void Read(byte[] input)
    {
        if (!FixedHeader.TryRead(input, out var header) || input.Length < header.Length + header.RemainingLength)
        {
            return;
        }

        var body = input.AsSpan(header.Length, header.RemainingLength);
        switch (header.Type)
        {
            case PacketType.ConnAck:
                ConnAckPacket.Read(body);
                break;
            case PacketType.Publish:
                var message = PublishPacket.Read(header.Flags, body).Message;
                Assert.True(MqttTopic.IsValidName(message.Topic));
                Assert.True(message.ResponseTopic is null || MqttTopic.IsValidName(message.ResponseTopic));
                break;
            case PacketType.PubAck:
                Assert.NotEqual(0, PubAckPacket.Read(body).PacketId);
                break;
            case PacketType.SubAck or PacketType.UnsubAck:
                SubscriptionAckPacket.Read(header.Type, body);
                break;
            case PacketType.Disconnect:
                DisconnectPacket.Read(body);
                break;
            default:
                break;
        }
    }

    private static byte[] Mutate(Random random)
    {
        if (random.Next(8) == 0)
        {
            var noise = new byte[random.Next(1, 300)];
            random.NextBytes(noise);
            return noise;
        }

        var bytes = new List<byte>(Seeds[random.Next(Seeds.Length)]);
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveAt(at);
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 40))));
                    break;
            }
        }

        // Most of the time the length fits again, so that the fault lies deeper.
        if (bytes.Count is > 2 and < 130 && random.Next(4) != 0)
        {
            bytes[1] = (byte)(bytes.Count - 2);
        }

        return [.. bytes];
    }
}
